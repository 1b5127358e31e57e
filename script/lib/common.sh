# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What every script here starts with: strict mode, the root of the repository, words to the person on standard error.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
readonly root
name=$(basename "$0")

say() { printf '%s: %s\n' "$name" "$*" >&2; }
die() { # [-CODE] WORDS...
    local code=1
    if [[ $1 =~ ^-[0-9]+$ ]]; then code=${1#-}; shift; fi
    say "$@"
    exit "$code"
}

# Builds a preset, or only the targets named. Two scripts may build at once in one checkout: the second waits.
build_preset() { # PRESET [TARGET...]
    local preset=$1 directory=$root/build
    [[ $preset == host ]] || directory=$root/build/$preset
    mkdir -p "$root/build"
    (
        flock 8
        cd "$root"
        # A first configuration that failed leaves a cache but no build files.
        [[ -e $directory/build.ninja ]] || cmake --preset "$preset"
        exec ninja -C "$directory" "${@:2}" # exec: who ends this process ends the build
    ) 8>"$root/build/.lock"
}
