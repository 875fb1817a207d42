// fileserver serve FOLDER PORT    answers requests for the files of a folder
// fileserver fetch HOST[:PORT] PATH    asks a server of HTTPS; an address of IPv6 is in brackets, [::1]:443
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

    server running(folder, number, std::max(4U, std::thread::hardware_concurrency()));
    std::cout << "serving " << folder << " on port " << number << std::endl;
    int received = 0;
    sigwait(&signals, &received);
    std::cout << "stopping" << std::endl;
    return 0;
}

int ask(std::string_view server, const std::string &path)
{
    // An address of IPv6 has colons of its own.
    auto end = server.starts_with('[') ? server.find(']') + 1 : std::min(server.find(':'), server.size());
    auto host = server.substr(0, end), port = server.substr(end);
    if (host.starts_with('['))
        host = host.substr(1, host.size() - 2);
    if (port.empty())
        port = ":443";
    if (host.empty() || port.size() < 2 || port.rfind(':') != 0)
        throw std::runtime_error("a server is HOST or HOST:PORT, an address of IPv6 in brackets: [::1]:443");
    fetch(std::string(host), std::string(port.substr(1)), path);
    return 0;
}

}

int main(int count, char **words)
{
    std::string_view command = count > 1 ? words[1] : "";
    std::signal(SIGPIPE, SIG_IGN); // a connection that is gone is an error with a message
    try {
        if (command == "serve" && count == 4)
            return serve(words[2], words[3]);
        if (command == "fetch" && count == 4)
            return ask(words[2], words[3]);
    } catch (const std::exception &error) {
        std::cerr << "fileserver: " << error.what() << '\n';
        return 1;
    }
    std::cerr << "usage: fileserver serve FOLDER PORT\n       fileserver fetch HOST[:PORT] PATH\n";
    return 2;
}
