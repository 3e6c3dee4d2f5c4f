#!/usr/bin/env bash
# The Windows lane: makes the packages and tries them under Wine. Arguments go to Vitest.
set -euo pipefail
cd "$(dirname "$0")/../.."
bash tests/set-up/set-up.sh
bash tests/windows/set-up.sh
export PATH="$PWD/node_modules/.bin:$PATH"
node tests/set-up/build.ts
node tests/windows/lane.ts

# Setup.exe as it is shipped is a 32-bit program. Some kernels run none: then its own tests cannot be made here, which is
# said at the end, and the rest of the lane tries the same script as a 64-bit program.
untried=()
if ! HPKI_NAVI_WINE=bookworm WINEPREFIX=/tmp bash tests/windows/wine.sh /lib/ld-linux.so.2 --version >/dev/null 2>&1; then
  untried=(--exclude tests/windows/setup-32-bit.test.ts)
fi
vitest run --config tests/windows/vitest.config.ts "${untried[@]}" "$@"
if [ "${#untried[@]}" -gt 0 ]; then
  echo '[test:windows] NOT TRIED: Setup.exe as shipped (setup-32-bit.test.ts): this kernel runs no 32-bit programs.' >&2
fi
