// What people put on top of the image, in one: exceptions that leave a thread, threads, iostream, std::filesystem, name services,
// the character sets, locales and time zone that the arguments name, and the libraries zlib and libnuma where the image has them. The prototypes are those libraries' stable interface, so
// that no header of theirs is needed to link to the very files of the image.
#include <chrono>
#include <clocale>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iconv.h>
#include <iostream>
#include <locale>
#include <mutex>
#include <netdb.h>
#include <pwd.h>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#ifdef HAS_ZLIB
extern "C" {
unsigned long compressBound(unsigned long length);
int compress(unsigned char *target, unsigned long *target_length, const unsigned char *source, unsigned long length);
int uncompress(unsigned char *target, unsigned long *target_length, const unsigned char *source, unsigned long length);
}
#endif
#ifdef HAS_NUMA
extern "C" int numa_available(void);
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

std::string names() {
    addrinfo *found = nullptr;
    addrinfo hints{};
    hints.ai_family = AF_INET;
    const int fault = getaddrinfo("localhost", "80", &hints, &found);
    const passwd *user = getpwuid(65534);
    std::ostringstream text;
    text << (fault ? gai_strerror(fault) : "localhost") << '/' << (user ? user->pw_name : "?");
    if (!fault)
        freeaddrinfo(found);
    return text.str();
}

std::string converted(const char *to, const char *from, std::string text) {
    iconv_t how = iconv_open(to, from);
    if (how == (iconv_t)-1)
        return "";
    std::string out(text.size() * 8 + 64, ' ');
    char *in = &text[0];
    char *end = &out[0];
    size_t left = text.size();
    size_t room = out.size();
    // Once more without text, for what returns to the first state.
    const bool whole = iconv(how, &in, &left, &end, &room) == 0 && iconv(how, nullptr, nullptr, &end, &room) == 0;
    iconv_close(how);
    return whole ? out.substr(0, end - &out[0]) : "";
}

bool charset(const std::string &name, const std::string &text) {
    const std::string there = converted(name.c_str(), "UTF-8", text);
    return !there.empty() && there != text && converted("UTF-8", name.c_str(), there) == text;
}

bool locale(const char *name) {
    const bool known = setlocale(LC_ALL, name) != nullptr;
    setlocale(LC_ALL, "C");
    try {
        return known && std::locale(name).name() == name;
    } catch (const std::runtime_error &) {
        return false;
    }
}

// By its name as by /etc/localtime, in winter and in summer.
bool zone(const char *name) {
    bool same = true;
    for (const std::time_t second : {1768000000L, 1784000000L}) {
        std::tm own{};
        std::tm named{};
        unsetenv("TZ");
        tzset();
        localtime_r(&second, &own);
        setenv("TZ", name, 1);
        tzset();
        localtime_r(&second, &named);
        unsetenv("TZ");
        same = same && own.tm_gmtoff == named.tm_gmtoff && !std::strcmp(own.tm_zone, named.tm_zone);
    }
    return same;
}

bool right(const std::string &argument) {
    const std::size_t name = argument.find('=') + 1;
    const std::size_t text = argument.find('=', name);
    const std::string kind = argument.substr(0, name);
    return kind == "charset=" ? charset(argument.substr(name, text - name), argument.substr(text + 1))
        : kind == "locale=" ? locale(argument.c_str() + name)
        : zone(argument.c_str() + name);
}

}

int main(int count, char **arguments) {
    std::cout << exceptions() << ' ' << threads() << ' ' << files() << ' ' << names();
#ifdef HAS_ZLIB
    const std::string words(100000, 'w');
    std::vector<unsigned char> packed(compressBound(words.size()));
    unsigned long size = packed.size();
    std::string back(words.size(), ' ');
    unsigned long length = back.size();
    const bool whole = compress(packed.data(), &size, reinterpret_cast<const unsigned char *>(words.data()), words.size()) == 0 && size < 1000
        && uncompress(reinterpret_cast<unsigned char *>(&back[0]), &length, packed.data(), size) == 0 && back == words;
    std::cout << " zlib/" << whole;
#endif
#ifdef HAS_NUMA
    // Whether there is NUMA here is the kernel's business; that the library answers is ours.
    std::cout << " numa/" << (numa_available() <= 0);
#endif
    int good = 0;
    std::string bad;
    for (int at = 1; at < count; at++)
        if (right(arguments[at]))
            good++;
        else
            bad += std::string(" not ") + std::string(arguments[at]).substr(0, std::string(arguments[at]).find('=', 8));
    if (count > 1)
        std::cout << " text/" << good << bad;
    std::cout << std::endl;
}
