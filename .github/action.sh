#!/bin/sh
# The step of action.yml: its inputs as arguments of the build. They come as variables, so that no shell reads what they say.
set -eu

# Ubuntu keeps user namespaces from ordinary users; compilers run in one.
if [ "$(cat /proc/sys/kernel/apparmor_restrict_unprivileged_userns 2>/dev/null)" = 1 ]; then
    sudo sysctl --quiet kernel.apparmor_restrict_unprivileged_userns=0
fi

set -f
set -- "--project=${INPUT_PROJECT:-.}"
for target in ${INPUT_TARGET:-}; do
    set -- "$@" "--target=$target"
done
[ -z "${INPUT_PLATFORMS:-}" ] || set -- "$@" "--platforms=$INPUT_PLATFORMS"
[ -z "${INPUT_REGISTRY:-}" ] || set -- "$@" "--registry=$INPUT_REGISTRY"
[ -z "${INPUT_TAGS:-}" ] || set -- "$@" "--tag=$INPUT_TAGS"
[ -z "${INPUT_ENGINE:-}" ] || set -- "$@" "--engine=$INPUT_ENGINE"
case ${INPUT_LOCKED:-false} in
    true) set -- "$@" --locked ;;
    false) ;;
    *)
        echo "Error: the input locked is true or false, not $INPUT_LOCKED" >&2
        exit 1
        ;;
esac

# An empty variable is no account and no key.
[ -n "${REGISTRY_USER:-}" ] || unset REGISTRY_USER
[ -n "${REGISTRY_PASSWORD:-}" ] || unset REGISTRY_PASSWORD
[ -z "${BUSYBOX_GLIBC_SIGNING_KEY:-}" ] || set -- "$@" --sign=env://BUSYBOX_GLIBC_SIGNING_KEY

exec sh "$(dirname "$0")/../build.sh" "$@"
