#!/usr/bin/env bash
# All tests, in the order in which a failure is cheapest to see. Arguments go to Vitest.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/node_modules/.bin:$PATH"
biome check .
tsc --noEmit
node tests/set-up/build.ts
vitest run "$@"
