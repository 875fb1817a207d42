#include "http.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace http {

namespace {

int digit(char letter)
{
    return letter >= '0' && letter <= '9' ? letter - '0'
        : letter >= 'a' && letter <= 'f' ? letter - 'a' + 10
        : letter >= 'A' && letter <= 'F' ? letter - 'A' + 10
        : -1;
}

std::string decode(std::string_view text)
{
    std::string decoded;
    for (std::size_t at = 0; at < text.size(); at++) {
        char letter = text[at];
        if (letter == '%') {
            int high = at + 2 < text.size() ? digit(text[at + 1]) : -1;
            int low = high < 0 ? -1 : digit(text[at + 2]);
            if (low < 0)
                throw error(400, "a percent sign without two digits");
            letter = static_cast<char>(high * 16 + low);
            at += 2;
        }
        if (letter == '\0')
            throw error(400, "a NUL in the path");
        decoded += letter;
    }
    return decoded;
}

}

request parse(std::string_view head)
{
    auto line = head.substr(0, head.find("\r\n"));
    auto first = line.find(' ');
    auto last = line.rfind(' ');
    if (first == std::string_view::npos || last == first || !line.substr(last + 1).starts_with("HTTP/1."))
        throw error(400, "not a request of HTTP/1");
    auto target = line.substr(first + 1, last - first - 1);
    if (!target.starts_with('/'))
        throw error(400, "the target is not a path");
    return {std::string(line.substr(0, first)), decode(target.substr(0, target.find('?')))};
}

std::filesystem::path find(const std::filesystem::path &root, const std::string &path)
{
    std::error_code failure;
    auto file = std::filesystem::canonical(root / std::filesystem::path(path).relative_path(), failure);
    if (!failure && std::filesystem::is_directory(file, failure))
        file = std::filesystem::canonical(file / "index.html", failure);
    // By parts, since /srv/www-private begins like /srv/www; after decoding, and with links followed.
    bool inside = !failure && std::mismatch(root.begin(), root.end(), file.begin(), file.end()).first == root.end();
    if (!inside || !std::filesystem::is_regular_file(file, failure))
        throw error(404, "there is no such file");
    return file;
}

std::string_view type_of(const std::filesystem::path &file)
{
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> types{{
        {".html", "text/html; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".json", "application/json"},
        {".txt", "text/plain; charset=utf-8"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".wasm", "application/wasm"},
    }};
    auto ending = file.extension().string();
    auto found = std::find_if(types.begin(), types.end(), [&](const auto &type) { return type.first == ending; });
    return found == types.end() ? "application/octet-stream" : found->second;
}

std::string_view reason(int status)
{
    switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 431: return "Request Header Fields Too Large";
    default: return "Internal Server Error";
    }
}

}
