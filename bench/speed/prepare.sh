#!/bin/sh
# Makes a generated catalogue and its home where they are not there yet: prepare.sh BIN DIRECTORY SIZE (100k, 1m, 5m).
set -e
bin=$1 directory=$2
case $3 in
  5m) variables=5200000 ;;
  *m) variables=$((${3%m} * 1000000)) ;;
  *k) variables=$((${3%k} * 1000)) ;;
  *) variables=$3 ;;
esac
[ -f "$directory/READY" ] && exit 0
mkdir -p "$directory"
"$bin/python" bench/speed/generate.py "$directory" --variables "$variables"
REPERIO_MODEL=${REPERIO_MODEL:-none} && export REPERIO_MODEL
for stage in harvest read index; do
  "$bin/reperio" $stage --home "$directory/home" --sources "$directory/sources"
done
touch "$directory/READY"
