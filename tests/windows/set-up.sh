#!/usr/bin/env bash
# Sets up the Windows lane, as root or with sudo: the tools that make and sign the Windows packages, and two Wines,
# each in a Debian folder of its own:
#   trixie-wine    Wine 10, 64-bit: runs Node 24, and its winscard reaches pcscd (Debian 12's Wine 8 does neither)
#   bookworm-wine  Wine 8, 64- and 32-bit: runs Setup.exe as it is shipped, a 32-bit program, so that it can tell a
#                  32-bit Windows why it cannot be used there
# Safe to run again: each part looks first. The first run takes some minutes and about 3 GB.
#   set-up.sh [--tools]   --tools: only what `npm run package` needs, without Wine
set -euo pipefail

folder=${HPKI_NAVI_WINE_FOLDER:-/var/cache/hpki-navi}
say() { printf '[set-up windows] %s\n' "$*" >&2; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else say "needs root or sudo for: $*"; exit 1
  fi
}

debian_packages=(
  nsis wixl msitools   # Setup.exe and the MSI
  osslsigncode openssl # signs them
  dpkg-dev             # the .deb
)
[ "${1:-}" = --tools ] || debian_packages+=(
  gcc-mingw-w64-x86-64 # the tests' relay: Windows pipes for a host under Wine
  debootstrap util-linux
)
missing=()
for package in "${debian_packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
  say "installing Debian packages: ${missing[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
fi
[ "${1:-}" != --tools ] || exit 0

# Raised when what a folder must hold changes: an older one is then made anew.
edition=1

# Runs a command inside a folder. Mounts live in a namespace of their own and vanish with the command.
inside() {
  as_root unshare --mount --propagation private -- bash -c '
    mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" "$@"' "$@"
}

# make_wine SUITE PACKAGE...: a package with `:i386` brings that architecture along.
make_wine() {
  local suite=$1 root="$folder/$1-wine" log
  shift
  if [ "$(cat "$root/.hpki-navi-edition" 2>/dev/null)" = "$edition" ]; then return 0; fi
  # Made beside the final name and moved there when whole: a broken-off run leaves nothing that looks finished.
  local making="$root.making"
  log=$(mktemp)
  if [ ! -e "$making/.bootstrapped" ]; then
    say "making a Debian $suite folder in $root"
    as_root rm -rf --one-file-system "$making" "$root"
    as_root mkdir -p "$folder"
    as_root debootstrap --variant=minbase --include=ca-certificates,locales "$suite" "$making" >"$log" 2>&1 ||
      { tail -20 "$log" >&2; exit 1; }
    as_root touch "$making/.bootstrapped"
  fi
  # The folder fetches packages the way this machine does.
  apt-config dump | grep -E '^Acquire::(http|https|Check)' |
    as_root tee "$making/etc/apt/apt.conf.d/90machine" >/dev/null || true
  as_root cp /etc/resolv.conf "$making/etc/resolv.conf" || true
  say "installing into it: $*"
  case "$*" in *:i386*) inside "$making" dpkg --add-architecture i386 ;; esac
  inside "$making" apt-get update -qq >&2
  inside "$making" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    locales "$@" >"$log" 2>&1 || { tail -20 "$log" >&2; exit 1; }
  # A Japanese Windows: Wine takes the ANSI code page (932) from the locale.
  inside "$making" localedef -i ja_JP -f UTF-8 ja_JP.UTF-8
  inside "$making" apt-get clean
  printf '%s\n' "$edition" | as_root tee "$making/.hpki-navi-edition" >/dev/null
  as_root mv "$making" "$root"
  rm -f "$log"
  say "ready: $root, $(as_root du -sh "$root" | cut -f1)"
}

make_wine trixie wine wine64
# … and the .deb is tried in this one: libpcsclite1 is what it depends on.
make_wine bookworm wine wine64 wine32:i386 libpcsclite1
