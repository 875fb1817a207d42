#!/bin/sh
# Builds the build program when one of its sources changed, and runs it with all arguments.
set -eu

# The folder of this script, whatever links lead to it.
script=$0
while [ -L "$script" ]; do
    link=$(readlink "$script")
    case $link in
        /*) script=$link ;;
        *) script=$(dirname "$script")/$link ;;
    esac
done
root=$(CDPATH='' cd "$(dirname "$script")" && pwd -P)

# needs_sdk PROBLEM: ends with it, and with the command that installs the SDK on this system.
needs_sdk() {
    # shellcheck source=/dev/null # the system's own
    system=$( (. /etc/os-release && echo "${ID:-} ${ID_LIKE:-}") 2>/dev/null) || system=
    [ "$(uname 2>/dev/null)" != Darwin ] || system=macos
    case " $system " in
        *' macos '*) command='brew install dotnet-sdk' ;;
        *' ubuntu '*) command='sudo apt-get install dotnet-sdk-10.0' ;;
        *' fedora '* | *' rhel '*) command='sudo dnf install dotnet-sdk-10.0' ;;
        *' alpine '*) command='sudo apk add dotnet10-sdk' ;;
        *' arch '*) command='sudo pacman -S dotnet-sdk' ;;
        *) command="curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0; PATH=~/.dotnet:\$PATH" ;;
    esac
    echo "Error: $1: install the .NET SDK 10 ($command, or https://dotnet.microsoft.com/download), then run the command again" >&2
    exit 127
}

command -v dotnet >/dev/null 2>&1 || needs_sdk 'dotnet is not on PATH'

output=$root/build/bin/run/Build.dll
obj=$root/build/obj
stamp=$obj/build.stamp
lock=$obj/build.lock
waiting='Waiting for another run that compiles the build program'

# Everything the program is made from, by content: a file may be edited, deleted or added, and an older one put back with an
# older time. What editors leave beside a file is none of it.
inputs() (
    cd "$root"
    {
        find build \( -name bin -o -name obj \) -prune -o \( -type f -o -type l \) \
            ! -name '*~' ! -name '.*.sw?' ! -name '.#*' ! -name '#*#' -exec cksum {} +
        find . ! -name . -prune \( -type f -o -type l \) \
            \( -name '*.props' -o -name '*.targets' -o -name global.json -o -iname nuget.config -o -name .editorconfig \) -exec cksum {} +
    } 2>/dev/null | LC_ALL=C sort
)

is_fresh() {
    [ -f "$output" ] && [ -f "$stamp" ] && ! is_worth_a_try && [ "$(inputs)" = "$(cat "$stamp")" ]
}

# Whether the drawings of the report are missing because npm did not answer, and that is a day ago: it may answer now.
is_worth_a_try() {
    [ -f "$obj/report/missing" ] && command -v npm >/dev/null 2>&1 && [ -n "$(find "$obj/report/missing" -mtime +0 2>/dev/null)" ]
}

unlock() {
    rm -f "$lock/pid"
    rmdir "$lock" 2>/dev/null || :
}

# Takes the lock away from a process that is dead, or that never wrote its name.
take_over() {
    mv "$lock" "$lock.$$" 2>/dev/null || return 0
    if [ "$(cat "$lock.$$/pid" 2>/dev/null)" = "$1" ]; then
        rm -rf "$lock.$$"
    else
        # Someone was faster, and this is their lock, alive.
        mv "$lock.$$" "$lock" 2>/dev/null || :
    fi
}

# Where there is no flock, a folder is the lock, since mkdir is atomic everywhere.
lock_by_folder() {
    nameless=0
    said=
    until mkdir "$lock" 2>/dev/null; do
        [ -n "$said" ] || echo "$waiting" >&2
        said=1
        owner=$(cat "$lock/pid" 2>/dev/null) || owner=
        if [ -z "$owner" ]; then
            nameless=$((nameless + 1))
        else
            nameless=0
        fi
        if { [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; } || [ "$nameless" -gt 5 ]; then
            nameless=0
            take_over "$owner"
        else
            sleep 1
        fi
    done
    trap unlock EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    echo $$ >"$lock/pid"
}

# Somebody without a home, such as the random user of a container, cannot keep there what the SDK and NuGet want to keep.
find_home() {
    if [ -z "${DOTNET_CLI_HOME:-}" ] && ! { [ -d "${HOME:-}" ] && [ -w "$HOME" ]; }; then
        DOTNET_CLI_HOME=$obj/home
        NUGET_PACKAGES=${NUGET_PACKAGES:-$obj/home/packages}
        mkdir -p "$DOTNET_CLI_HOME"
        export DOTNET_CLI_HOME NUGET_PACKAGES
    fi
}

# publish [OPTION...]: a file takes the output, and descriptor 9 is closed, since compiler servers stay behind and would keep a
# pipe, or the lock, open. The analyzers would take as long as all of the rest: Lint and the tests run them.
publish() {
    dotnet publish "$root/build/Build.csproj" --configuration Release --nologo --verbosity quiet \
        -consoleLoggerParameters:NoSummary -property:RunAnalyzers=false "$@" >"$obj/build.log" 2>&1 9>&-
}

# Says that the program is compiled, on a terminal with the seconds so far. It ends with this shell, however that ends.
announce() {
    what='Compiling the build program, once: about half a minute'
    if [ -t 2 ] && [ "${TERM:-dumb}" != dumb ]; then
        {
            seconds=0
            while kill -0 $$ 2>/dev/null; do
                printf '\r%s, %d s' "$what" "$seconds" >&2
                sleep 1
                seconds=$((seconds + 1))
            done
        } 9>&- &
        announcer=$!
    else
        echo "$what" >&2
        announcer=
    fi
}

# Removes the line, so that what follows starts on an empty one.
announced() {
    [ -n "$announcer" ] || return 0
    kill "$announcer" 2>/dev/null || :
    wait "$announcer" 2>/dev/null || :
    printf '\r\033[K' >&2
}

publish_best() {
    publish || { lacks_compiler && publish -property:PublishReadyToRun=false; }
}

# Whether what is missing are the packages that compile ahead: there are none for some machines.
lacks_compiler() {
    grep -q 'Microsoft\.NETCore\.App\.\(Crossgen2\|Runtime\)\|NETSDK1094' "$obj/build.log"
}

# Whether the disk is full: dotnet says so, says something else, or cannot write its log.
is_full() {
    full=0
    grep -qs 'No space left on device' "$obj/build.log" || ! dd if=/dev/zero of="$obj/probe" bs=65536 count=16 2>/dev/null || full=1
    rm -f "$obj/probe"
    return "$full"
}

needs_space() {
    echo "Error: the build program cannot be compiled: no space left on the disk of $root/build: free about 100 MB (the SDK also needs some in /tmp and for NuGet), then run the command again" >&2
    exit 1
}

# Two MSBuilds in one obj folder break each other, so one waits here for the other.
compile() {
    if ! mkdir -p "$obj" "$root/build/bin" 2>/dev/null || [ ! -w "$obj" ]; then
        echo "Error: the build program cannot be compiled: $root/build is not writable by user $(id -u)" >&2
        exit 1
    fi
    find_home
    by_folder=
    exec 9>"$obj/build.flock"
    if flock -n 9 2>/dev/null; then
        :
    elif [ "$?" = 1 ] && echo "$waiting" >&2 && flock 9 2>/dev/null; then
        :
    else
        by_folder=1
        lock_by_folder
    fi

    if ! is_fresh; then
        # Taken before compiling: what changes meanwhile is not in it.
        inputs >"$stamp.next" 2>/dev/null || needs_space
        announce
        code=0
        publish_best || code=$?
        announced
        if [ "$code" != 0 ]; then
            if grep -q 'No \.NET SDKs were found' "$obj/build.log"; then
                needs_sdk 'only the .NET runtime is installed'
            elif grep -q 'compatible \.NET SDK was not found\|NETSDK1045' "$obj/build.log"; then
                needs_sdk "no installed .NET SDK has the version that global.json requires ($(dotnet --list-sdks 2>/dev/null | sed 's/ .*//' | tr '\n' ' ' | sed 's/ $//'))"
            fi
            ! is_full || needs_space
            cat "$obj/build.log" >&2
            echo "Error: the build program does not compile, see above" >&2
            exit 1
        fi
        mv "$stamp.next" "$stamp"
    fi

    if [ -n "$by_folder" ]; then
        trap - EXIT INT TERM HUP
        unlock
    fi
    exec 9>&-
}

is_fresh || compile

BUSYBOX_GLIBC_ROOT=$root
export BUSYBOX_GLIBC_ROOT
exec dotnet "$output" "$@"
