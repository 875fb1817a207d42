#!/bin/sh
# The last step of update.yml: what --target=Update changed, as the pull request of the branch update; a second night renews the first one's.
set -eu

# The table of BusyBox's releases, and the Dockerfile that repeats its default, are not in every project.
set -- image.lock.json
for file in busybox-releases.json Dockerfile.builder; do
    [ ! -e "$file" ] || set -- "$@" "$file"
done
git diff --quiet -- "$@" && exit 0
title=$(head -n 1 artifacts/update.md | sed 's/^#* *//')
git -c user.name=github-actions -c user.email=github-actions@users.noreply.github.com commit --quiet --message "$title" "$@"
# The token reaches git by a helper and not by an argument, which others could read.
# shellcheck disable=SC2016 # the helper's shell expands it
git -c credential.helper= -c credential.helper='!f() { echo username=x-access-token; echo "password=$GH_TOKEN"; }; f' push --quiet --force origin HEAD:refs/heads/update
gh pr create --head update --title "$title" --body-file artifacts/update.md || gh pr edit update --title "$title" --body-file artifacts/update.md
