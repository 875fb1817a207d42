#!/bin/sh
# Prints "passed failed skipped" summed over the test result files (TRX) of a folder.
set -eu
find "$1" -name '*.trx' -exec grep -ho '<Counters [^>]*>' {} + 2>/dev/null | awk '
    function value(name) { return match($0, " " name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : 0 }
    { total += value("total"); executed += value("executed"); passed += value("passed") }
    END { printf "%d %d %d\n", passed, executed - passed, total - executed }'
