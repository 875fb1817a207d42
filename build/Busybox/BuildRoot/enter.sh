# shellcheck shell=sh
# Runs a command inside a build root, and nothing of it outlives the process that started it: when standard input ends, all is killed.
# Arguments: the way (namespaces or chroot), the root, the work folder, its name inside, then what env(1) is to run.
# With namespaces this is process 1 of its own; its mounts are nobody else's.
set -eu
way=$1 root=$2 work=$3 inside=$4
shift 4
exec 3<&0 </dev/null

devices() {
    while read -r name major minor; do
        "$1" "$name" "$major" "$minor"
    done <<END
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
tty 5 0
END
}

# shellcheck disable=SC2317  # called by the name that devices is given
borrow() {
    : >"$root/dev/$1"
    mount -n --bind "/dev/$1" "$root/dev/$1"
}

# Several may make them at once.
# shellcheck disable=SC2317  # as above
make() {
    [ -c "$root/dev/$1" ] || mknod -m 666 "$root/dev/$1" c "$2" "$3" 2>/dev/null || [ -c "$root/dev/$1" ]
}

# What is locked on the file system below, such as nosuid, must be named again to be kept.
seal() {
    for options in ro ro,nosuid,nodev ro,nosuid,nodev,noatime ro,nosuid,nodev,relatime; do
        if mount -n -o "remount,bind,$options" "$root" 2>/dev/null; then
            return
        fi
    done
}

if [ "$way" = namespaces ]; then
    mount -n --bind "$root" "$root"
    mount -n --bind "$work" "$root$inside"
    mount -n -t tmpfs -o mode=1777 tmp "$root/tmp"
    mount -n -t tmpfs -o mode=755 dev "$root/dev"
    devices borrow
    # A container may forbid it; the compilers do without.
    mount -n -t proc proc "$root/proc" 2>/dev/null || :
    seal
else
    devices make
fi

: >"$root/dev/null"
chroot "$root" /usr/bin/env -i -C "$inside" "$@" 3<&- &
command=$!
(
    while read -r _ <&3; do :; done
    if [ "$way" = namespaces ]; then kill -KILL "$command"; else kill -KILL 0; fi
) >/dev/null 2>&1 &
watcher=$!
status=0
wait "$command" || status=$?
kill -KILL "$watcher" 2>/dev/null || :
exit "$status"
