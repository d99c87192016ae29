#!/bin/sh
# install.sh NPM FOLDER: the agents of package.json beside it, in exactly those versions, into FOLDER.
set -eu
here=$(dirname "$(readlink -f "$0")")
mkdir -p "$2"
if cmp -s "$here/package.json" "$2/package.json" && [ -e "$2/installed" ]; then
    exit 0
fi
rm -f "$2/installed"
cp "$here/package.json" "$2/"
"$1" install --prefix "$2" --no-audit --no-fund --ignore-scripts
# The only one of their install scripts that is needed: it puts the program of this machine in its place.
(cd "$2/node_modules/opencode-ai" && node postinstall.mjs)
touch "$2/installed"
