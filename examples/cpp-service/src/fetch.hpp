// A client of HTTPS.
#pragma once

#include <string>

// Writes what a server answers to GET to standard output, whole: a cut connection is an error. The host is a name or an address, of IPv6 without brackets. The certificate must be of that host, and of an authority that the image trusts. Throws std::runtime_error.
void fetch(const std::string &host, const std::string &port, const std::string &path);
