#!/bin/sh
# Lays packages of the build root over the base image: the very compilers that image.lock.json names, whatever the base image or
# its mirror has. They are brought along, verified, in /packages, as is a BusyBox that was compiled before. Where there are none, and no
# compiler, a later step has it from Debian.
set -eu

set -- /packages/*.deb
[ -f "$1" ] || shift

# Without maintainer scripts, as in the embedded build root: compilers need none. apt goes on working, and knows nothing of them.
for package; do
    dpkg-deb --fsys-tarfile "$package" >/tmp/package.tar
    # What the engine mounts cannot be written to.
    tar -x -f /tmp/package.tar -C / --keep-directory-symlink --exclude=./dev --exclude=./proc --exclude=./sys \
        --exclude='./usr/share/doc/*' --exclude='./usr/share/man/*' --exclude='./usr/share/info/*' --exclude='./usr/share/locale/*'
done
rm -f /tmp/package.tar
echo "tools.sh: $# packages"

if [ -d /packages/busybox ]; then
    cp -R /packages/busybox /busybox
fi
