#!/bin/sh
# Prints, as lines of shell, what one platform is called by Debian, the GNU tools and BusyBox. The table is that of
# build/Platforms/KnownPlatforms.cs; a test compares them.
#
#   platform.sh linux/arm/v7 >/etc/platform
set -eu

platform=${1-}
# Engines name a variant where it is the only one.
case $platform in
linux/arm64/v8) platform=linux/arm64 ;;
linux/amd64/v1) platform=linux/amd64 ;;
esac

while read -r name debian triplet prefix busybox; do
    [ "$name" = "$platform" ] || continue
    printf 'export PLATFORM=%s DEBIAN_ARCH=%s TRIPLET=%s\n' "$name" "$debian" "$triplet"
    printf 'export CROSS_COMPILE=%s CC=%sgcc BUSYBOX_ARCH=%s\n' "$prefix" "$prefix" "$busybox"
    exit 0
done <<'END'
linux/amd64 amd64 x86_64-linux-gnu x86_64-linux-gnu- x86_64
linux/arm64 arm64 aarch64-linux-gnu aarch64-linux-gnu- aarch64
linux/arm/v7 armhf arm-linux-gnueabihf arm-linux-gnueabihf- arm
linux/arm/v6 armel arm-linux-gnueabi arm-linux-gnueabi- arm
linux/386 i386 i386-linux-gnu i686-linux-gnu- i386
linux/ppc64le ppc64el powerpc64le-linux-gnu powerpc64le-linux-gnu- powerpc
linux/riscv64 riscv64 riscv64-linux-gnu riscv64-linux-gnu- riscv64
linux/s390x s390x s390x-linux-gnu s390x-linux-gnu- s390
linux/arm/v5 armel arm-linux-gnueabi arm-linux-gnueabi- arm
linux/loong64 loong64 loongarch64-linux-gnu loongarch64-linux-gnu- loongarch
END

echo "platform.sh: the image has no platform '$platform'" >&2
exit 64
