#!/bin/sh
# Lays the packages of the build root over the base image: the very compilers that image.lock.json names, whatever the base
# image or its mirror has. They are brought along, verified, in /packages/<architecture of this machine>.
set -eu

host=$(dpkg --print-architecture)
set -- "/packages/$host"/*.deb
if [ ! -f "$1" ]; then
    if [ -n "$(ls -A /packages)" ]; then
        echo "tools.sh: packages were brought along for $(ls /packages), and none for $host, which this machine is" >&2
        exit 66
    fi
    echo 'tools.sh: no packages were brought along; compilers come from Debian, in a later step'
    exit 0
fi

# Without maintainer scripts, as in the embedded build root: compilers need none. apt goes on working, and knows nothing of them.
for package; do
    dpkg-deb --fsys-tarfile "$package" >/tmp/package.tar
    # What the engine mounts cannot be written to.
    tar -x -f /tmp/package.tar -C / --keep-directory-symlink --exclude=./dev --exclude=./proc --exclude=./sys \
        --exclude='./usr/share/doc/*' --exclude='./usr/share/man/*' --exclude='./usr/share/info/*' --exclude='./usr/share/locale/*'
done
rm -f /tmp/package.tar
echo "tools.sh: $# packages"
