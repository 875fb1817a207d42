#!/bin/sh
# The entry of the former tool: builds and publishes the image.
set -eu

script=$0
while [ -L "$script" ]; do
    link=$(readlink "$script")
    case $link in
        /*) script=$link ;;
        *) script=$(dirname "$script")/$link ;;
    esac
done

exec sh "$(dirname "$script")/build.sh" --target=Publish "$@"
