# shellcheck shell=sh  # after devices.sh
# Runs a command inside a build root, and nothing of it outlives the process that started it: when standard input ends, all is killed.
# Arguments: the way (namespaces or chroot), the root, the work folder, its name inside, then what env(1) is to run.
# With namespaces this is process 1 of its own; its mounts are nobody else's.
set -eu
way=$1 root=$2 work=$3 inside=$4
shift 4
exec 3<&0 </dev/null

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
    borrow tty
    # A container may forbid it; the compilers do without.
    mount -n -t proc proc "$root/proc" 2>/dev/null || :
    seal
else
    devices make
    make tty 5 0
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
