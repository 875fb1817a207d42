// fileserver serve FOLDER PORT    answers requests for the files of a folder
// fileserver fetch HOST[:PORT] PATH    asks a server of HTTPS
#include "fetch.hpp"
#include "server.hpp"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <iostream>
#include <string>
#include <string_view>
#include <thread>

namespace {

int serve(const std::string &folder, std::string_view port)
{
    std::uint16_t number = 0;
    if (auto [end, failure] = std::from_chars(port.data(), port.data() + port.size(), number); failure != std::errc() || end != port.data() + port.size())
        throw std::runtime_error("a port is a number up to 65535");

    // In a container the program is process 1, for which the kernel has no default action: without these lines SIGTERM would do nothing, and docker stop wait ten seconds.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr); // before the threads start, which inherit it
    std::signal(SIGPIPE, SIG_IGN);

    server running(folder, number, std::max(4U, std::thread::hardware_concurrency()));
    std::cout << "serving " << folder << " on port " << number << std::endl;
    int received = 0;
    sigwait(&signals, &received);
    std::cout << "stopping" << std::endl;
    return 0;
}

}

int main(int count, char **words)
{
    std::string_view command = count > 1 ? words[1] : "";
    try {
        if (command == "serve" && count == 4)
            return serve(words[2], words[3]);
        if (command == "fetch" && count == 4) {
            std::string host = words[2];
            auto colon = host.rfind(':');
            fetch(host.substr(0, colon), colon == std::string::npos ? "443" : host.substr(colon + 1), words[3]);
            return 0;
        }
    } catch (const std::exception &error) {
        std::cerr << "fileserver: " << error.what() << '\n';
        return 1;
    }
    std::cerr << "usage: fileserver serve FOLDER PORT\n       fileserver fetch HOST[:PORT] PATH\n";
    return 2;
}
