#!/usr/bin/env bash
# Harms a Hub in every way that tests/Hub.Faults knows and checks what it promised: tests/faults.sh [--quick | --all | NAME…]
# [--count N] [--minutes N] [--seed N] [--at-once N] [--break KIND]. See tests/Hub.Faults/README.md. Set HUB_FAULTS_BUILD=no to use
# what is built, and CONFIGURATION to test another build than Release. What cannot run here is skipped and said.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
configuration=${CONFIGURATION:-Release}
[ "${HUB_FAULTS_BUILD:-yes}" = no ] || dotnet build tests/Hub.Faults -c "$configuration" -v q -nologo
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ "$(uname -s)" != Linux ]; then
  echo "This is not Linux: scenarios that need a disk that fails, a mount or strace are skipped." >&2
elif ! command -v gcc >/dev/null || ! echo '#include <dlfcn.h>' | gcc -E - >/dev/null 2>&1; then
  echo "gcc or libc6-dev is not installed: scenarios that need a disk that fails are skipped." >&2
else
  gcc -O2 -Wall -Wextra -shared -fPIC -fvisibility=hidden -o "$work/powercut.so" tests/Hub.Faults/shim/*.c -ldl -pthread
  export HUB_FAULTS_SHIM="$work/powercut.so"
fi
# Ten thousand connections have two ends each.
ulimit -n "$(ulimit -Hn)" 2>/dev/null || true
dotnet "artifacts/bin/Hub.Faults/${configuration,,}/Hub.Faults.dll" "$@"
