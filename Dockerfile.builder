# Compiles BusyBox for every platform on the build machine. /rootfs is the image.
#
#   ./build.sh --engine=buildx                                        all platforms, joined with Dockerfile.run
#   docker build -t busybox:glibc-builder -f Dockerfile.builder .     this image alone: BusyBox and the C library
#
# ./build.sh fills in the arguments below and passes what it has verified: the packages of the build root and the release, of which
# the stage busybox is built first, then the root file systems with that BusyBox in them. A plain `docker build` gets the compiler
# from Debian and the release from upstream; the libraries of lib-requires.txt, commands, accounts and certificates are not in it.
ARG BASE=debian:trixie-slim

FROM scratch AS release
FROM scratch AS rootfs
FROM scratch AS packages
ARG BUILDARCH
ARG TARGETPLATFORM
WORKDIR /$BUILDARCH/common
WORKDIR /$BUILDARCH/$TARGETPLATFORM

# No program of the target platform ever runs here: every step is the building machine's own, whatever it builds for.
FROM --platform=$BUILDPLATFORM ${BASE} AS tools
ARG BUILDARCH
RUN --mount=type=bind,source=build/Docker/Buildx/steps/tools.sh,target=/steps/tools.sh \
    --mount=type=bind,from=packages,source=/$BUILDARCH/common,target=/packages \
    sh /steps/tools.sh

# A step for each platform's compilers, so that another choice of platforms compiles nothing again.
FROM tools AS compiler
ARG TARGETPLATFORM
RUN --mount=type=bind,source=build/Docker/Buildx/steps/tools.sh,target=/steps/tools.sh \
    --mount=type=bind,from=packages,source=/$BUILDARCH/$TARGETPLATFORM,target=/packages \
    sh /steps/tools.sh
ARG BUSYBOX_VERSION=1.38.0
ARG BUSYBOX_SHA256=34f9ea6ff8636f2c9241153b9114eefa9e65674a45318ae1ef95bb5f31c53bb2
ARG BUSYBOX_DATE=2026-05-13
ARG BUSYBOX_PATCHES=build/Busybox/patches/all
RUN --mount=type=bind,source=build/Docker/Buildx/steps/platform.sh,target=/steps/platform.sh \
    --mount=type=bind,source=build/Docker/Buildx/steps/busybox.sh,target=/steps/busybox.sh \
    --mount=type=bind,source=build/Busybox/compile.sh,target=/project/build/Busybox/compile.sh \
    --mount=type=bind,source=build/Busybox/patches,target=/project/build/Busybox/patches \
    --mount=type=bind,source=busybox.config,target=/project/busybox.config \
    --mount=type=bind,from=release,target=/release \
    sh /steps/busybox.sh

FROM scratch AS busybox
COPY --from=compiler /busybox/ /

FROM compiler AS builder
RUN --mount=type=bind,source=build/Docker/Buildx/steps/rootfs.sh,target=/steps/rootfs.sh \
    --mount=type=bind,from=rootfs,target=/trees \
    sh /steps/rootfs.sh

# Your own lines go here. What they put below /rootfs is part of the image, and is verified with it: a library that another
# one needs and nobody ships is an error. /etc/platform sets PLATFORM, DEBIAN_ARCH, TRIPLET, CROSS_COMPILE and CC:
#
#   COPY hello.c /src/
#   RUN . /etc/platform && $CC -shared -fPIC -o /rootfs/lib/libhello.so.1 /src/hello.c
