#!/bin/sh
# Brings up a Docker engine of its own, a base image and a registry on a Debian machine that has no engine, for the tests
# that need a real one, and takes all of it down again. Needs root. Nothing of it is installed: programs, images and
# sockets are below DIR.
#
#   sh tests/engine/engine.sh up DIR                 downloads what is not in DIR yet, and starts; once more is harmless
#   . DIR/env                                        DOCKER_HOST, DOCKER_CONFIG, TEST_ENGINE_REGISTRY, PATH where needed
#   sh tests/engine/engine.sh down DIR               stops, unmounts; DIR can be deleted then, or used by the next `up`
#   sh tests/engine/engine.sh run DIR -- COMMAND...  up, the command with that environment, down; the command's exit code
#
# ENGINE_MIRROR names the Debian mirror; without it, it is the one of the machine's own apt, else ftp.debian.org.
# Two things of the machine itself stay as they are after `down`, since others may rely on them by then: the handlers
# of QEMU in binfmt_misc, and that the kernel forwards packets.
set -eu
umask 022

suite=trixie
keys=trixie
suites='trixie stable'
packages='docker.io containerd docker-cli docker-buildx'
base_image=debian:trixie-slim
project=$(cd "$(dirname "$0")/../.." && pwd)
self=$project/tests/engine/engine.sh

say() {
    echo "engine: $*"
}

fail() {
    echo "engine: $*" >&2
    exit 1
}

# fail_with_log LOG MESSAGE: the message, and what the program said last.
fail_with_log() {
    log=$1
    shift
    echo "engine: $*; the end of $log:" >&2
    tail -n 20 "$log" >&2 || true
    exit 1
}

usage() {
    sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$self" >&2
    exit 2
}

# --- Processes: known by number and start time, so that a number which the kernel gave to another is left alone.

# started PID: when it started, in clock ticks since boot (proc(5), field 22 of stat); nothing where it is gone.
started() {
    sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20
}

remember() {
    echo "$1 $2 $(started "$2")" >>"$dir/pids"
}

# alive PID STARTED
alive() {
    [ -n "$2" ] && [ "$(started "$1")" = "$2" ] &&
        # Ended, and nobody asked how: it holds nothing any more.
        ! grep -q '^State:[[:space:]]*Z' "/proc/$1/status" 2>/dev/null
}

# running NAME: is the program of that name in DIR/pids still there?
running() {
    [ -f "$dir/pids" ] || return 1
    while read -r name pid ticks; do
        if [ "$name" = "$1" ] && alive "$pid" "$ticks"; then
            return 0
        fi
    done <"$dir/pids"
    return 1
}

# spawn NAME COMMAND...: in a session of its own, so that it outlives the shell and no terminal's signal reaches it.
spawn() {
    name=$1
    shift
    setsid "$@" </dev/null >"$dir/log/$name" 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
    remember "$name" $!
}

# ends PID STARTED SECONDS: waits that long; 1 where it is still there.
ends() {
    tenths=$(($3 * 10))
    while alive "$1" "$2"; do
        [ "$tenths" -gt 0 ] || return 1
        sleep 0.1
        tenths=$((tenths - 1))
    done
}

# stop NAME SECONDS: TERM, that long to end, KILL.
stop() {
    [ -f "$dir/pids" ] || return 0
    while read -r name pid ticks; do
        if [ "$name" != "$1" ] || ! alive "$pid" "$ticks"; then
            continue
        fi
        kill -TERM "$pid" 2>/dev/null || true
        if ! ends "$pid" "$ticks" "$2"; then
            say "$name ($pid) did not end in $2 s and is killed"
            kill -KILL "$pid" 2>/dev/null || true
            ends "$pid" "$ticks" 5 || true
        fi
    done <"$dir/pids"
}

# --- What must be there.

# need PROGRAM PACKAGE
need() {
    command -v "$1" >/dev/null || missing="$missing $2"
}

check_machine() {
    [ "$(id -u)" -eq 0 ] || fail "root is required: an engine mounts, makes network devices and starts containers"
    [ -x /usr/lib/apt/apt-helper ] || fail "this machine has no apt; the engine's packages are Debian's"
    arch=$(dpkg --print-architecture)
    missing=
    need dpkg-deb dpkg
    need gpgv gpgv
    need xz xz-utils
    need base64 coreutils
    need setsid util-linux
    need ip iproute2
    need iptables iptables
    need runc runc
    need mmdebstrap mmdebstrap
    need docker-registry docker-registry
    need qemu-s390x-static qemu-user-static
    [ -z "$missing" ] || fail "missing here; next: apt-get install -y --no-install-recommends$missing"
}

# shellcheck source=tests/engine/archive.sh
. "$project/tests/engine/archive.sh"

# The list is the last thing written of an index, so what it names is what an earlier `up` had verified.
download() {
    make_keyring
    echo "$mirror" >"$dir/downloads/mirror"
    echo "$keyring" >"$dir/downloads/keyring"
    : >"$dir/log/downloads"
    if [ -f "$dir/downloads/list" ] && fetch_packages; then
        return 0
    fi
    for suite_name in $suites; do
        if fetch_index "$suite_name"; then
            write_list
            rm -f "$dir/downloads/Packages" "$dir/downloads/Packages.xz"
            echo "$suite_name" >"$dir/downloads/suite"
            fetch_packages && return 0
        fi
    done
    fail_with_log "$dir/log/downloads" "the engine's packages are not available from $mirror; set ENGINE_MIRROR to another"
}

unpack() {
    stamp=$(cksum <"$dir/downloads/list")
    if [ "$(cat "$dir/root.stamp" 2>/dev/null)" = "$stamp" ]; then
        return 0
    fi
    rm -rf "$dir/root" "$dir/root.stamp"
    mkdir -p "$dir/root"
    for package in $packages; do
        dpkg-deb -x "$dir/downloads/$package.deb" "$dir/root"
    done
    for program in usr/sbin/dockerd usr/bin/containerd usr/bin/docker; do
        [ -x "$dir/root/$program" ] || fail "the packages contain no $program"
        if ldd "$dir/root/$program" 2>&1 | grep 'not found' >"$dir/log/ldd"; then
            fail_with_log "$dir/log/ldd" "$program of $suite does not run on this release"
        fi
    done
    echo "$stamp" >"$dir/root.stamp"
}

# --- The machine: emulators, and a network for the containers.

# One line of a handler for each platform of the image, but not for what this machine runs itself.
register_emulators() {
    handlers=/proc/sys/fs/binfmt_misc
    if [ ! -e "$handlers/register" ]; then
        mount -t binfmt_misc binfmt_misc "$handlers" || fail "binfmt_misc cannot be mounted, so no foreign platform would run"
    fi
    for cpu in x86_64 i386 aarch64 arm ppc64le riscv64 s390x; do
        case $arch/$cpu in
        amd64/x86_64 | amd64/i386 | i386/i386 | arm64/aarch64 | armhf/arm | armel/arm | ppc64el/ppc64le | riscv64/riscv64 | s390x/s390x) continue ;;
        esac
        line=/usr/lib/binfmt.d/qemu-$cpu.conf
        [ -f "$line" ] || fail "$line is missing; next: apt-get install -y --no-install-recommends qemu-user-static"
        if [ ! -e "$handlers/qemu-$cpu" ]; then
            # The kernel takes one line a write.
            cat "$line" >"$handlers/register" || fail "the kernel does not accept the handler of $line"
        fi
    done
}

# A bridge of the engine's own with a free network, and three rules on it. dockerd's own rules are off: they would
# set the machine's FORWARD policy to DROP and stay behind, and two engines would share one bridge.
make_network() {
    for tables in iptables iptables-legacy; do
        if command -v "$tables" >/dev/null && "$tables" -w -t nat -S >/dev/null 2>&1; then
            break
        fi
        tables=
    done
    [ -n "$tables" ] || fail "neither iptables nor iptables-legacy can read the nat table of this kernel"

    number=0
    while :; do
        bridge=engine$number
        network=10.213.$number
        if [ -z "$(ip -4 route show to match "$network.1" | grep -v '^default' || true)" ] &&
            ip link add "$bridge" type bridge 2>"$dir/log/bridge"; then
            break
        fi
        number=$((number + 1))
        [ "$number" -lt 32 ] || fail_with_log "$dir/log/bridge" "no network device for the containers"
    done
    echo "bridge $bridge" >>"$dir/changes"
    ip addr add "$network.1/24" dev "$bridge"
    ip link set "$bridge" up
    echo 1 >/proc/sys/net/ipv4/ip_forward
    add_rule POSTROUTING nat -s "$network.0/24" ! -o "$bridge" -j MASQUERADE
    add_rule FORWARD filter -i "$bridge" -j ACCEPT
    add_rule FORWARD filter -o "$bridge" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
}

# add_rule CHAIN TABLE RULE...: first of its chain, and noted for `down`.
add_rule() {
    chain=$1
    table=$2
    shift 2
    "$tables" -w -t "$table" -I "$chain" "$@" || fail "$tables does not accept: -t $table -I $chain $*"
    echo "rule $tables -w -t $table -D $chain $*" >>"$dir/changes"
}

# --- The engine, its base image, and the registry.

# docker of this engine, whatever the environment says.
ours() {
    DOCKER_HOST=unix://$dir/docker.sock DOCKER_CONFIG=$dir/config DOCKER_CONTEXT='' timeout 300 "$client" "$@"
}

start_engine() {
    cat >"$dir/daemon.json" <<JSON
{
  "features": { "containerd-snapshotter": true },
  "data-root": "$dir/data",
  "exec-root": "$dir/exec",
  "pidfile": "$dir/dockerd.pid",
  "hosts": ["unix://$dir/docker.sock"],
  "group": "root",
  "bridge": "$bridge",
  "iptables": false,
  "ip6tables": false,
  "shutdown-timeout": 5
}
JSON
    # Of a daemon that was killed; the process itself was looked for before.
    rm -f "$dir/dockerd.pid" "$dir/docker.sock"
    spawn dockerd env -u DOCKER_HOST -u DOCKER_CONFIG -u DOCKER_CONTEXT \
        PATH="$dir/root/usr/bin:$dir/root/usr/sbin:$PATH:/usr/sbin:/sbin" \
        "$dir/root/usr/sbin/dockerd" --config-file "$dir/daemon.json"
    tries=300
    until ours version >"$dir/log/version" 2>&1; do
        running dockerd || fail_with_log "$dir/log/dockerd" "dockerd ended"
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || fail_with_log "$dir/log/dockerd" "dockerd does not respond after 60 s"
        sleep 0.2
    done
    # Its child, which stays where dockerd is killed.
    remember containerd "$(cat "$dir/exec/containerd/containerd.pid")"
}

make_base() {
    if ours image inspect "$base_image" >/dev/null 2>&1; then
        return 0
    fi
    if [ ! -s "$dir/base.tar" ]; then
        for suite_name in $(cat "$dir/downloads/suite") $suites; do
            if timeout 600 mmdebstrap --quiet --mode=root --variant=minbase --architectures="$arch" --keyring="$keyring" \
                --format=tar "$suite_name" "$dir/base.new" "$mirror" >"$dir/log/mmdebstrap" 2>&1; then
                mv "$dir/base.new" "$dir/base.tar"
                break
            fi
        done
        [ -s "$dir/base.tar" ] || fail_with_log "$dir/log/mmdebstrap" "mmdebstrap makes no base image of $suite from $mirror"
    fi
    ours import "$dir/base.tar" "$base_image" >"$dir/log/import" 2>&1 || fail_with_log "$dir/log/import" "$base_image cannot be imported"
}

# Builds in containers fetch packages: name resolution, the way out, and the mirror at once.
check_containers() {
    ours run --rm "$base_image" /usr/lib/apt/apt-helper -o Acquire::http::Timeout=20 download-file \
        "$mirror/dists/$(cat "$dir/downloads/suite")/InRelease" /tmp/InRelease >"$dir/log/container" 2>&1 ||
        fail_with_log "$dir/log/container" "a container does not reach $mirror"
}

# Port 0 lets the kernel pick a free one; the registry says which it got.
start_registry() {
    cat >"$dir/registry.yml" <<YAML
version: 0.1
log:
  level: info
  accesslog:
    disabled: true
storage:
  filesystem:
    rootdirectory: $dir/registry
  delete:
    enabled: true
http:
  addr: 127.0.0.1:0
YAML
    mkdir -p "$dir/registry"
    spawn registry docker-registry serve "$dir/registry.yml"
    tries=100
    port=
    while [ -z "$port" ]; do
        running registry || fail_with_log "$dir/log/registry" "docker-registry ended"
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || fail_with_log "$dir/log/registry" "docker-registry does not listen after 20 s"
        sleep 0.2
        port=$(sed -n 's/.*listening on 127\.0\.0\.1:\([0-9][0-9]*\).*/\1/p' "$dir/log/registry" | head -n 1)
    done
}

# The machine's client is kept where it works with Debian's buildx: it is the one that people here have.
choose_client() {
    mkdir -p "$dir/config/cli-plugins"
    [ -f "$dir/config/config.json" ] || echo '{}' >"$dir/config/config.json"
    ln -sf "$dir/root/usr/libexec/docker/cli-plugins/docker-buildx" "$dir/config/cli-plugins/docker-buildx"
    client=$(command -v docker || true)
    if [ -n "$client" ] && DOCKER_CONFIG=$dir/config "$client" buildx version >/dev/null 2>&1; then
        return 0
    fi
    client=$dir/root/usr/bin/docker
    DOCKER_CONFIG=$dir/config "$client" buildx version >/dev/null 2>&1 || fail "the client of $suite does not find docker-buildx"
}

write_env() {
    {
        echo "export DOCKER_HOST=unix://$dir/docker.sock"
        echo "export DOCKER_CONFIG=$dir/config"
        # It would win over DOCKER_HOST.
        echo "unset DOCKER_CONTEXT"
        echo "export TEST_ENGINE_REGISTRY=127.0.0.1:$port"
        case $client in
        "$dir"/*) echo "export PATH=$dir/root/usr/bin:\$PATH" ;;
        esac
    } >"$dir/env.new"
    mv "$dir/env.new" "$dir/env"
}

# --- The three verbs.

up() {
    check_machine
    if running dockerd && running registry && [ -f "$dir/env" ]; then
        say "is up already: . $dir/env"
        return 0
    fi
    down quietly
    mkdir -p "$dir/downloads" "$dir/log"
    # A failure leaves nothing running either.
    trap 'trap - EXIT; down quietly' EXIT
    trap 'exit 130' INT TERM HUP
    find_mirror
    say "Debian's engine from $mirror into $dir"
    download
    unpack
    register_emulators
    choose_client
    make_network
    start_engine
    make_base
    check_containers
    start_registry
    write_env
    trap - EXIT INT TERM HUP
    say "is up, with $base_image and a registry on 127.0.0.1:$port: . $dir/env"
}

# Everything below DIR that is mounted, the innermost first (proc(5): field 5 of mountinfo is the mount point).
unmount() {
    awk -v below="$dir/" 'index($5, below) == 1 { print $5 }' /proc/self/mountinfo | sort -r |
        while read -r place; do
            umount "$place" 2>/dev/null || umount -l "$place" 2>/dev/null || true
        done
}

# down [quietly]
down() {
    [ -d "$dir" ] || return 0
    if running dockerd && [ -x "$dir/root/usr/bin/docker" ]; then
        # A container that does not mind TERM would be waited for.
        client=$dir/root/usr/bin/docker
        containers=$(ours ps --quiet 2>/dev/null || true)
        # shellcheck disable=SC2086  # One word each.
        [ -z "$containers" ] || ours kill $containers >/dev/null 2>&1 || true
    fi
    stop registry 5
    stop dockerd 30
    stop containerd 10
    # What a killed engine leaves: containers, whose control group bears their number, and their shims, which are programs
    # below DIR and nobody else's.
    for container in "$dir"/exec/containerd/daemon/io.containerd.runtime.v2.task/*/*; do
        if pid=$(cat "$container/init.pid" 2>/dev/null) && grep -q "${container##*/}" "/proc/$pid/cgroup" 2>/dev/null; then
            kill -KILL "$pid" 2>/dev/null || true
        fi
    done
    for process in /proc/[0-9]*; do
        case $(readlink "$process/exe" 2>/dev/null) in
        "$dir"/root/*) kill -KILL "${process#/proc/}" 2>/dev/null || true ;;
        esac
    done
    unmount
    if [ -f "$dir/changes" ]; then
        while read -r kind change; do
            if [ "$kind" = bridge ]; then
                ip link delete "$change" 2>/dev/null || true
            else
                # shellcheck disable=SC2086  # The words of a command line that this script wrote.
                $change 2>/dev/null || true
            fi
        done <"$dir/changes"
    fi
    rm -f "$dir/pids" "$dir/changes" "$dir/env" "$dir/docker.sock" "$dir/dockerd.pid"
    rm -rf "$dir/exec"
    [ "${1:-}" = quietly ] || say "is down"
}

[ $# -ge 2 ] || usage
verb=$1
dir=$2
shift 2
case $dir in
/*) ;;
*) dir=$PWD/$dir ;;
esac
case $dir in
*[!A-Za-z0-9_./+-]* | */ | */..*) fail "DIR may contain only letters, digits and _ . / + -, and no slash at its end: $dir" ;;
esac
# The path of a socket has 107 bytes at most (unix(7)), and containerd makes its own below DIR.
[ ${#dir} -le 60 ] || fail "DIR is longer than 60 characters, too long for the sockets below it: $dir"

case $verb in
up)
    [ $# -eq 0 ] || usage
    up
    ;;
down)
    [ $# -eq 0 ] || usage
    [ "$(id -u)" -eq 0 ] || fail "root is required"
    down
    ;;
run)
    if [ $# -lt 2 ] || [ "$1" != -- ]; then
        usage
    fi
    shift
    up
    trap 'trap - EXIT; down quietly' EXIT
    trap 'exit 130' INT TERM HUP
    code=0
    (
        # shellcheck disable=SC1091  # Written a moment ago.
        . "$dir/env"
        exec "$@"
    ) || code=$?
    exit "$code"
    ;;
*) usage ;;
esac
