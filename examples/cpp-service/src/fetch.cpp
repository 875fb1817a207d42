#include "fetch.hpp"

#include <algorithm>
#include <charconv>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

namespace {

constexpr std::size_t longest_head = 65536;

[[noreturn]] void fail(const std::string &what)
{
    char text[256] = "the connection was closed";
    if (auto code = ERR_get_error())
        ERR_error_string_n(code, text, sizeof text);
    throw std::runtime_error(what + ": " + text);
}

// The length that the head of an answer states for what follows it. Without one, and in chunks, only the end of the connection is the end.
std::optional<std::size_t> length_of(std::string head)
{
    std::transform(head.begin(), head.end(), head.begin(), [](char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter; });
    constexpr std::string_view field = "\r\ncontent-length:";
    auto at = head.find(field);
    if (at == std::string::npos || head.find("\r\ntransfer-encoding:") != std::string::npos)
        return std::nullopt;
    std::size_t length = 0;
    auto [end, failure] = std::from_chars(&head[head.find_first_not_of(" \t", at + field.size())], head.data() + head.size(), length);
    if (failure != std::errc() || *end != '\r')
        throw std::runtime_error("the answer states a length that is no number");
    return length;
}

}

void fetch(const std::string &host, const std::string &port, const std::string &path)
{
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
    // SSL_CERT_FILE, which the image sets, or OpenSSL's own place, where the image has a link to the same bundle.
    if (!context || SSL_CTX_set_default_verify_paths(context.get()) != 1)
        fail("the authorities cannot be read");
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);

    std::unique_ptr<BIO, decltype(&BIO_free_all)> connection(BIO_new_ssl_connect(context.get()), &BIO_free_all);
    SSL *tls = nullptr;
    if (!connection || BIO_get_ssl(connection.get(), &tls) != 1 || tls == nullptr)
        fail("a connection cannot be prepared");
    std::string written = host.find(':') == std::string::npos ? host : '[' + host + ']';
    BIO_set_conn_hostname(connection.get(), (written + ':' + port).c_str());
    // A server is asked for a name, never for an address (RFC 6066, 3).
    bool is_address = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), host.c_str()) == 1;
    if (!is_address && (SSL_set_tlsext_host_name(tls, host.c_str()) != 1 || SSL_set1_host(tls, host.c_str()) != 1))
        fail(host);
    ERR_clear_error();
    if (BIO_do_connect(connection.get()) != 1) {
        if (auto refused = SSL_get_verify_result(tls); refused != X509_V_OK)
            throw std::runtime_error(host + ": " + X509_verify_cert_error_string(refused));
        fail(host);
    }

    std::string request = "GET " + path + " HTTP/1.1\r\nHost: " + written + "\r\nConnection: close\r\n\r\n";
    if (BIO_write(connection.get(), request.data(), static_cast<int>(request.size())) != static_cast<int>(request.size()))
        fail(host);
    char part[4096];
    std::string head;
    bool has_head = false;
    std::size_t received = 0; // after the head
    std::optional<std::size_t> length;
    while (!length || received < *length) {
        ERR_clear_error();
        int size = BIO_read(connection.get(), part, sizeof part);
        if (size <= 0) {
            // Anyone on the way can cut a connection, but only the server can say that it ends (RFC 9112, 9.8). Some do not say it: then the length has to be there.
            if (!has_head || length || SSL_get_error(tls, size) != SSL_ERROR_ZERO_RETURN)
                fail(host);
            break;
        }
        std::cout.write(part, size);
        received += static_cast<std::size_t>(size);
        if (has_head)
            continue;
        head.append(part, static_cast<std::size_t>(size));
        if (auto end = head.find("\r\n\r\n"); end != std::string::npos) {
            has_head = true;
            received = head.size() - (end + 4);
            length = length_of(head.substr(0, end + 4));
        } else if (head.size() > longest_head) {
            throw std::runtime_error(host + ": the head of the answer does not end");
        }
    }
    if (!std::cout.flush())
        throw std::runtime_error("standard output cannot be written");
}
