#include "server.hpp"

#include "http.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <iostream>
#include <system_error>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

namespace {

constexpr std::size_t longest_head = 8192;
constexpr timeval patience{10, 0};

class descriptor {
public:
    explicit descriptor(int number) : number_(number) {}
    descriptor(const descriptor &) = delete;
    descriptor &operator=(const descriptor &) = delete;
    ~descriptor() { if (number_ >= 0) close(number_); }
    int get() const { return number_; }

private:
    int number_;
};

[[noreturn]] void fail(const char *what)
{
    throw std::system_error(errno, std::generic_category(), what);
}

std::string read_head(int connection)
{
    std::string head;
    while (head.find("\r\n\r\n") == std::string::npos) {
        char part[1024];
        ssize_t size = recv(connection, part, sizeof part, 0);
        if (size <= 0)
            throw http::error(size == 0 ? 400 : 408, "the request does not end");
        head.append(part, static_cast<std::size_t>(size));
        if (head.size() > longest_head)
            throw http::error(431, "the request is too long");
    }
    return head;
}

void write_all(int connection, std::string_view text)
{
    while (!text.empty()) {
        ssize_t size = send(connection, text.data(), text.size(), MSG_NOSIGNAL);
        if (size < 0)
            fail("send");
        text.remove_prefix(static_cast<std::size_t>(size));
    }
}

// What the client still sends would make close() reset the connection, and the answer may be lost.
void discard_rest(int connection)
{
    shutdown(connection, SHUT_WR);
    char part[1024];
    for (int times = 0; times < 64 && recv(connection, part, sizeof part, 0) > 0; times++)
        continue;
}

void write_head(int connection, int status, std::string_view type, std::uint64_t length)
{
    write_all(connection, "HTTP/1.1 " + std::to_string(status) + ' ' + std::string(http::reason(status))
        + "\r\nContent-Type: " + std::string(type) + "\r\nContent-Length: " + std::to_string(length)
        + "\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n");
}

}

server::server(std::filesystem::path root, std::uint16_t port, unsigned threads)
    : root_(std::filesystem::canonical(root)), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    int on = 1;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    if (listener_ < 0 || setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0
        || bind(listener_, reinterpret_cast<sockaddr *>(&address), sizeof address) < 0 || listen(listener_, SOMAXCONN) < 0)
        fail("listen");
    while (threads_.size() < threads)
        threads_.emplace_back([this] { work(); });
}

server::~server()
{
    shutdown(listener_, SHUT_RDWR); // ends every accept
    threads_.clear();
    close(listener_);
}

void server::work()
{
    for (;;) {
        descriptor connection(accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC));
        if (connection.get() < 0) {
            if (errno == EINVAL)
                return;
            std::this_thread::sleep_for(std::chrono::milliseconds(errno == EMFILE || errno == ENFILE ? 100 : 0));
            continue;
        }
        try {
            answer(connection.get());
        } catch (const std::exception &error) {
            std::cerr << std::string("fileserver: ") + error.what() + '\n'; // the client went away
        }
    }
}

void server::answer(int connection)
{
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    try {
        auto request = http::parse(read_head(connection));
        if (request.method != "GET" && request.method != "HEAD")
            throw http::error(405, "only GET and HEAD");
        auto path = http::find(root_, request.path);
        descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
        struct stat status{};
        if (file.get() < 0 || fstat(file.get(), &status) < 0)
            throw http::error(404, "the file cannot be read");
        write_head(connection, 200, http::type_of(path), static_cast<std::uint64_t>(status.st_size));
        for (off_t sent = 0; request.method == "GET" && sent < status.st_size;)
            if (sendfile(connection, file.get(), &sent, static_cast<std::size_t>(status.st_size - sent)) <= 0)
                fail("sendfile");
    } catch (const http::error &error) {
        std::string text = std::string(error.what()) + '\n';
        write_head(connection, error.status(), "text/plain; charset=utf-8", text.size());
        write_all(connection, text);
        discard_rest(connection);
    }
}
