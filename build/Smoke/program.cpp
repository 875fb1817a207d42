// What people put on top of the image, in one: exceptions that leave a thread, threads, iostream, std::filesystem, name services,
// and the libraries zlib and libnuma where the image has them. The prototypes are those libraries' stable interface, so
// that no header of theirs is needed to link to the very files of the image.
#include <chrono>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
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

}

int main() {
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
    std::cout << std::endl;
}
