#!/bin/sh
# Fetches registries of others for the tests out of the Debian archive, verified from the archive's signature on, and unpacks
# them below DIR; nothing is installed. Once more is quick.
#
#   sh tests/engine/registries.sh DIR
#
# Then there are DIR/trixie/usr/bin/docker-registry (distribution 2.8.3) and DIR/forky/usr/bin/crane (go-containerregistry).
# ENGINE_MIRROR names the Debian mirror; without it, it is the one of the machine's own apt, else ftp.debian.org.
set -eu
umask 022

project=$(cd "$(dirname "$0")/../.." && pwd)
root=${1:?usage: registries.sh DIR}

say() {
    echo "registries: $*"
}

fail() {
    echo "registries: $*" >&2
    exit 1
}

# fail_with_log LOG MESSAGE: the message, and what the program said last.
fail_with_log() {
    log=$1
    shift
    echo "registries: $*; the end of $log:" >&2
    tail -n 20 "$log" >&2 || true
    exit 1
}

# shellcheck source=tests/engine/archive.sh
. "$project/tests/engine/archive.sh"

# take SUITE PACKAGE PROGRAM
take() {
    suite=$1
    packages=$2
    dir=$root/$suite
    if [ -x "$dir/$3" ]; then
        return 0
    fi
    mkdir -p "$dir/downloads" "$dir/log"
    make_keyring
    fetch_index "$suite" || fail_with_log "$dir/log/downloads" "the index of $suite is not available from $mirror; set ENGINE_MIRROR to another"
    write_list
    rm -f "$dir/downloads/Packages" "$dir/downloads/Packages.xz"
    fetch_packages || fail_with_log "$dir/log/downloads" "$2 of $suite is not available from $mirror"
    dpkg-deb -x "$dir/downloads/$2.deb" "$dir/unpacking"
    mkdir -p "$dir/${3%/*}"
    mv "$dir/unpacking/$3" "$dir/$3"
    rm -rf "$dir/unpacking" "$dir/downloads"
}

for program in dpkg-deb gpgv xz base64; do
    command -v "$program" >/dev/null || fail "$program is missing here"
done
[ -x /usr/lib/apt/apt-helper ] || fail "this machine has no apt; the registries' packages are Debian's"
# The next release has no keys of its own before it is one: the archive signs it with those of the releases before.
keys=trixie
arch=$(dpkg --print-architecture)
find_mirror
take trixie docker-registry usr/bin/docker-registry
take forky crane usr/bin/crane
