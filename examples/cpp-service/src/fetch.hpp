// A client of HTTPS.
#pragma once

#include <string>

// Writes what a server answers to GET to standard output. The certificate must be of that host, and of an authority that the image trusts. Throws std::runtime_error.
void fetch(const std::string &host, const std::string &port, const std::string &path);
