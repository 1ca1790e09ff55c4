#!/bin/sh
# Scores of Lighthouse (from the npm registry) on a running site: home, search, item.
#   bench/web/lighthouse.sh [ADDRESS]      ADDRESS: http://127.0.0.1:8000/search by default (`make demo`)
# Search pages of words say `noindex` on purpose, so the audit that asks the opposite (is-crawlable) is left out there.
set -eu
base=${1:-http://127.0.0.1:8000/search}
item=$(curl -fsS "${base%/search}/api/v1/search?query=sleep&resource_type=study&size=1" |
  python3 -c 'import json, sys; print(json.load(sys.stdin)["results"][0]["item"]["url"])')
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
cd "$made"
npm install --silent --no-audit --no-fund lighthouse >/dev/null 2>&1
score() {
  CHROME_PATH=${CHROME_PATH:-/usr/bin/chromium} npx lighthouse "$2" --quiet --output=json --output-path=answer.json \
    --chrome-flags="--headless=new --no-sandbox --disable-gpu" $3
  python3 -c '
import json, sys
held = json.load(open("answer.json"))
print(sys.argv[1], *(name + " " + str(round(100 * each["score"])) for name, each in held["categories"].items()), sep="  ")
' "$1"
}
score home "$base/" ""
score search "$base/?query=sleep" "--skip-audits=is-crawlable"
score item "$item" ""
