#!/usr/bin/env bash
# The appliance as it is shipped: made from nothing but the files that the image's build gets, started in an empty folder
# with an empty environment, given one message over MLLP, and one over HTTP to a script, whose compiler is in the one file.
# Runs on Linux; for Windows the file is made and looked at.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
hub=
finish() {
  [ -z "$hub" ] || kill -9 "$hub" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

# What .dockerignore lets through.
mkdir "$work/source" "$work/site"
sed -n 's/^!//p' "$root/.dockerignore" | while read -r name; do
  [ ! -e "$root/$name" ] || cp -r "$root/$name" "$work/source/"
done
rm -rf "$work"/source/src/*/bin "$work"/source/src/*/obj
(cd "$work/source" && dotnet publish src/Hub.Engine -c Release -r linux-x64 -o "$work/out" -v quiet -nologo)
[ "$(ls "$work/out")" = hub ] || { echo "not one file: $(ls "$work/out")" >&2; exit 1; }
(cd "$work/source" && dotnet publish src/Hub.Engine -c Release -r win-x64 -o "$work/windows" -v quiet -nologo)
[ "$(ls "$work/windows")" = hub.exe ] || { echo "not one file: $(ls "$work/windows")" >&2; exit 1; }
# The header of a Windows program is where its first bytes say (PE format, e_lfanew), and 0x8664 is its machine: x64.
python3 - "$work/windows/hub.exe" <<'PYTHON'
import struct, sys
head = open(sys.argv[1], "rb").read(4096)
at = struct.unpack_from("<I", head, 0x3C)[0]
assert head[:2] == b"MZ" and head[at:at + 6] == b"PE\0\0\x64\x86", "hub.exe is no program for Windows on x64"
PYTHON

mkdir "$work/site/channels"
cp "$work/out/hub" "$work/site/"
cat > "$work/site/channels/adt.json" <<'JSON'
{
  "id": "adt",
  "source": { "type": "mllp", "listen": "127.0.0.1:0" },
  "destinations": [ { "id": "files", "type": "file", "folder": "out", "name": "${MSH-10}.hl7" } ]
}
JSON
cat > "$work/site/channels/orders.json" <<'JSON'
{
  "id": "orders",
  "source": { "type": "http", "listen": "127.0.0.1:0", "path": "/orders", "contentTypes": ["application/json"], "dataType": "json", "acknowledge": "delivered" },
  "steps": [ { "type": "script", "code": "Message.Set(\"ward\", Message.Get(\"ward\").ToUpperInvariant());" } ],
  "destinations": [ { "id": "files", "type": "file", "folder": "out", "name": "${ward}.json" } ]
}
JSON
mkdir -p "$work/site/channels/tests/orders"
printf '{"ward":"2w"}' > "$work/site/channels/tests/orders/ward.in.json"
printf '{"ward":"2W"}' > "$work/site/channels/tests/orders/ward.files.json"
printf 'MSH|^~\\&|TEST|HOSPITAL|HUB|HUB|20260101||ADT^A01|SMOKE1|P|2.5\rPID|||1\r' > "$work/site/a.hl7"
cd "$work/site"
# Under the unit's filter of system calls, where the machine can set one: a call too few would end every start.
filter=(python3 "$root/tests/service-filter.py" "$root/docker/systemd/hub.service")
status=0
env -i PATH=/usr/bin:/bin "${filter[@]}" true || status=$?
case $status in
  0) ;;
  77 | 127) filter=(); echo "not tried under the system calls of hub.service" ;;
  *) echo "the filter of hub.service does not load" >&2; exit 1 ;;
esac
run() { env -i HOME="$work/site" PATH=/usr/bin:/bin "${filter[@]}" ./hub "$@"; }
run check channels
run test channels
mkfifo lines
env -i HOME="$work/site" PATH=/usr/bin:/bin "${filter[@]}" ./hub run --urls http://127.0.0.1:0 > lines &
hub=$!
while read -r line; do
  echo "$line"
  case $line in
    adt*) port=${line##*:} ;;
    orders*) orders=${line##*:} ;;
    "Hub ready") break ;;
  esac
done < lines
cat lines > /dev/null &
run health
run send a.hl7 --to "mllp://127.0.0.1:$port" | grep -q "a.hl7: AA"
curl -sS -f --data-binary @channels/tests/orders/ward.in.json -H 'Content-Type: application/json' "http://127.0.0.1:${orders%%/*}/orders" > /dev/null
kill "$hub"
wait "$hub"
hub=
run messages --json | grep -q SMOKE1
cmp a.hl7 out/SMOKE1.hl7
cmp channels/tests/orders/ward.files.json out/2W.json
echo "the published hub works"
