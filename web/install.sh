#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs exactly what package-lock.json names, unless that has been done. Locked, because two build directories share node_modules.
set -eu
cd "$(dirname "$0")"
exec 9<package.json
flock 9
marker=node_modules/.installed
if [ ! -e "$marker" ] || ! cmp -s package-lock.json "$marker"; then
    rm -f "$marker"
    npm ci --no-audit --no-fund --loglevel=error
    cp package-lock.json "$marker"
fi
