// What people put on top of the image, in C++: exceptions that leave a thread, threads, iostream, std::filesystem,
// and the locales that the arguments name. What needs no C++ is in program.c.
#include <algorithm>
#include <chrono>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <locale>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>
#include <version>
#ifdef __cpp_lib_format
#include <format>
#endif

namespace {

std::string exceptions() {
    std::exception_ptr caught;
    std::thread([&] {
        try {
            throw std::runtime_error("caught");
        } catch (...) {
            caught = std::current_exception();
        }
    }).join();
    try {
        std::rethrow_exception(caught);
    } catch (const std::exception &error) {
        return error.what();
    }
}

int threads() {
    std::mutex gate;
    int sum = 0;
    std::vector<std::thread> adders;
    for (int number = 1; number <= 8; number++)
        adders.emplace_back([&, number] {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            std::lock_guard<std::mutex> held(gate);
            sum += number;
        });
    for (auto &adder : adders)
        adder.join();
    return sum;
}

std::string files() {
    namespace fs = std::filesystem;
    const fs::path folder = fs::temp_directory_path() / "smoke-program.d";
    fs::remove_all(folder);
    fs::create_directories(folder / "a" / "b");
    std::ofstream(folder / "a" / "b" / "file") << "content";
    std::uintmax_t bytes = 0;
    for (const auto &entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            bytes += entry.file_size();
    std::ostringstream text;
    text << bytes << '/' << fs::remove_all(folder);
    return text.str();
}

// Words with commas between them, in the locale's order: sorted from the end to the start they must come out as they are.
bool order(const std::locale &locale, const std::string &words) {
    std::vector<std::string> expected;
    std::istringstream text(words);
    for (std::string word; std::getline(text, word, ',');)
        expected.push_back(word);
    std::vector<std::string> sorted(expected.rbegin(), expected.rend());
    std::sort(sorted.begin(), sorted.end(), locale);
    return expected.size() > 1 && sorted == expected;
}

bool number(const std::locale &locale, const std::string &expected) {
    std::ostringstream text;
    text.imbue(locale);
    text << 1234567;
#ifdef __cpp_lib_format
    if (std::format(locale, "{:L}", 1234567) != text.str())
        return false;
#endif
    return text.str() == expected;
}

// KIND=NAME or KIND=NAME=TEXT
bool right(const std::string &argument) {
    std::istringstream parts(argument);
    std::string kind, name, text;
    std::getline(parts, kind, '=');
    std::getline(parts, name, '=');
    std::getline(parts, text);
    try {
        const std::locale locale(name);
        return kind == "order" ? order(locale, text) : kind == "number" ? number(locale, text) : locale.name() == name;
    } catch (const std::runtime_error &) {
        return false;
    }
}

}

int main(int count, char **arguments) {
    std::cout << exceptions() << ' ' << threads() << ' ' << files();
    int good = 0;
    std::string bad;
    for (const std::string &argument : std::vector<std::string>(arguments + 1, arguments + count))
        if (right(argument))
            good++;
        else
            bad += " not " + argument.substr(0, argument.find('=', argument.find('=') + 1));
    if (count > 1)
        std::cout << " text/" << good << bad;
    std::cout << std::endl;
}
