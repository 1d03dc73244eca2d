#!/usr/bin/env bash
# All that stands between a fresh machine with the .NET SDK and a green suite: installs what the tests talk to, restores,
# builds, checks the format, tests. As root it installs Debian packages; otherwise it says which are missing, and the
# tests that need them are skipped with that reason.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

packages=(python3-hl7 python3-aiosmtpd python3-yaml libsqlite3-0 openssl curl sqlite3 gcc libc6-dev strace chromium)
command -v node >/dev/null || packages+=(nodejs)
command -v npm >/dev/null || packages+=(npm)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "== installing ${missing[*]}"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  else
    echo "Not installed, and this is not root on Debian: ${missing[*]}. The tests that need them are skipped." >&2
  fi
fi
if command -v npm >/dev/null; then
  (cd tests/peers && npm ci --legacy-peer-deps --no-audit --no-fund --loglevel=error)
fi

echo "== restore and build"
CI=true dotnet restore Hub.sln
dotnet build Hub.sln --no-restore -c Release
echo "== format"
dotnet format Hub.sln --no-restore --verify-no-changes
echo "== channel files"
dotnet artifacts/bin/Hub.Engine/release/hub.dll check channels
dotnet artifacts/bin/Hub.Engine/release/hub.dll check channels/examples
dotnet artifacts/bin/Hub.Engine/release/hub.dll check docker/channels
echo "== channel tests"
dotnet artifacts/bin/Hub.Engine/release/hub.dll test channels
dotnet artifacts/bin/Hub.Engine/release/hub.dll test channels/examples
echo "== tests"
results=artifacts/test-results
rm -rf "$results"
failed=0
dotnet test Hub.sln --no-build -c Release --results-directory "$results" --logger trx --logger "console;verbosity=minimal" || failed=1
# One line that says it all: the counters of every project's results, added up.
cat "$results"/*.trx | grep -o '<Counters [^>]*>' | awk '
  { for (i = 1; i <= NF; i++) { split($i, pair, "\""); sum[pair[1]] += pair[2] } }
  END { printf "%d passed, %d failed, %d skipped\n", sum["passed="], sum["failed="], sum["total="] - sum["executed="] }'
[ "$failed" = 0 ] || exit 1
echo "== the conformance page"
dotnet artifacts/bin/Hub.Conformance/release/Hub.Conformance.dll "$results" docs/conformance.md --check
echo "== a Hub that is killed, cut off from power, disk and receivers"
HUB_FAULTS_BUILD=no tests/faults.sh --quick
if [ "$(uname -s)-$(uname -m)" = Linux-x86_64 ]; then
  echo "== the appliance, from an empty folder"
  tests/smoke.sh
fi
