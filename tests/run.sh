#!/usr/bin/env bash
# All tests, in the order in which a failure is cheapest to see. Arguments go to Vitest.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/node_modules/.bin:$PATH"

# Databases and browser profiles by the hundred, none of which is to last: in memory, where there is plenty of it and
# programs may be started from there, they take half of the processor's time.
mebibytes_free() { awk '$1 == "MemAvailable:" { print int($2 / 1024) }' /proc/meminfo; }
if [ "$(mebibytes_free)" -ge 8192 ] && [ "$(df --output=avail --block-size=1M /dev/shm | tail -1)" -ge 4096 ]; then
  memory=$(mktemp --directory /dev/shm/hpki-navi-tests.XXXXXX)
  trap 'rm -rf "$memory"' EXIT
  # PostgreSQL's account must get through to its own folder.
  chmod 711 "$memory"
  install -m 755 /dev/stdin "$memory/trial" <<<'#!/bin/sh'
  # A compiled module serves all the processes that load it: servers, hosts and their relays by the hundred.
  if "$memory/trial"; then export TMPDIR=$memory NODE_COMPILE_CACHE=$memory/compiled; fi
fi

biome check .
tsc --noEmit &
types=$!
node tests/set-up/build.ts
wait "$types"
vitest run "$@"
