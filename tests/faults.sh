#!/usr/bin/env bash
# Harms a Hub in every way that tests/Hub.Faults knows and checks what it promised: tests/faults.sh [--quick | --all | NAME…]
# [--count N] [--seed N] [--break KIND]. See tests/Hub.Faults/README.md. Set HUB_FAULTS_BUILD=no to use what is built,
# and CONFIGURATION to test another build than Release.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
configuration=${CONFIGURATION:-Release}
[ "${HUB_FAULTS_BUILD:-yes}" = no ] || dotnet build tests/Hub.Faults -c "$configuration" -v q -nologo
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ "$(uname -s)" = Linux ] && command -v gcc >/dev/null; then
  gcc -O2 -Wall -Wextra -Werror -shared -fPIC -fvisibility=hidden -o "$work/powercut.so" tests/Hub.Faults/shim/powercut.c -ldl -pthread
  export HUB_FAULTS_SHIM="$work/powercut.so"
fi
dotnet "artifacts/bin/Hub.Faults/${configuration,,}/Hub.Faults.dll" "$@"
