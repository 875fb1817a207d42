// What a server of files needs to know of HTTP, in a library of its own.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace http {

// Thrown by the library, caught by the program: this works because both use the one libstdc++ and libgcc_s of the image.
class error : public std::runtime_error {
public:
    error(int status, const std::string &what) : std::runtime_error(what), status_(status) {}

    int status() const noexcept { return status_; }

private:
    int status_;
};

struct request {
    std::string method;
    std::string path; // decoded
};

// Reads the first line of a request. Throws error.
request parse(std::string_view head);

// The file of a path, which is below the root also when links are followed; of a folder, its index.html. Throws error.
std::filesystem::path find(const std::filesystem::path &root, const std::string &path);

// The media type by the ending of the name. The image has no /etc/mime.types.
std::string_view type_of(const std::filesystem::path &file);

std::string_view reason(int status);

}
