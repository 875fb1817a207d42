// Answers requests for files with a fixed number of threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <thread>
#include <vector>

class server {
public:
    // Listens on all addresses of IPv4. Throws std::system_error.
    server(std::filesystem::path root, std::uint16_t port, unsigned threads);

    server(const server &) = delete;
    server &operator=(const server &) = delete;

    // Waits for the answers that have begun.
    ~server();

private:
    void work();
    void answer(int connection);

    std::filesystem::path root_;
    int listener_;
    std::vector<std::jthread> threads_;
};
