#include "fetch.hpp"

#include <iostream>
#include <memory>
#include <stdexcept>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

namespace {

[[noreturn]] void fail(const std::string &what)
{
    char text[256] = "the connection was closed";
    if (auto code = ERR_get_error())
        ERR_error_string_n(code, text, sizeof text);
    throw std::runtime_error(what + ": " + text);
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
    BIO_set_conn_hostname(connection.get(), (host + ':' + port).c_str());
    if (SSL_set_tlsext_host_name(tls, host.c_str()) != 1 || SSL_set1_host(tls, host.c_str()) != 1)
        fail(host);
    if (BIO_do_connect(connection.get()) != 1) {
        if (auto refused = SSL_get_verify_result(tls); refused != X509_V_OK)
            throw std::runtime_error(host + ": " + X509_verify_cert_error_string(refused));
        fail(host);
    }

    std::string request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
    if (BIO_write(connection.get(), request.data(), static_cast<int>(request.size())) != static_cast<int>(request.size()))
        fail(host);
    char part[4096];
    for (int size; (size = BIO_read(connection.get(), part, sizeof part)) > 0;)
        std::cout.write(part, size);
    std::cout.flush();
}
