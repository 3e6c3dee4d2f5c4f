#!/usr/bin/env bash
# The Windows lane: makes the packages and tries them under Wine. Arguments go to Vitest.
set -euo pipefail
cd "$(dirname "$0")/../.."
bash tests/set-up/set-up.sh
bash tests/windows/set-up.sh
export PATH="$PWD/node_modules/.bin:$PATH"
node tests/set-up/build.ts
node tests/windows/lane.ts
vitest run --config tests/windows/vitest.config.ts "$@"
