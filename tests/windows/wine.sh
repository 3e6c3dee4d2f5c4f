#!/usr/bin/env bash
# Runs one command of Wine inside the folder that set-up.sh made: wine.sh COMMAND ARGUMENT...
# COMMAND is wine, wineboot, wineserver, …  What the command sees comes through these variables and nothing else:
#   HPKI_NAVI_WINE          trixie (Wine 10, 64-bit; default) or bookworm (Wine 8, 64- and 32-bit)
#   WINEPREFIX, WINEARCH    as Wine has them; the prefix lies under one of the folders shared below
#   HPKI_NAVI_WINE_USER     the Windows user's name (default: root)
#   HPKI_NAVI_WINE_SHARED   folders seen inside under the same path, separated by `:`, besides /tmp
#   HPKI_NAVI_WINE_LOCALE   default ja_JP.UTF-8, which gives the ANSI code page 932
#   PCSCLITE_CSOCK_NAME     pcscd's socket, for winscard
#   HPKI_NAVI_WINE_DISPLAY  an X display, to look at dialogs
# Its mounts live in a namespace of their own and vanish with the command; processes do so with `wineserver -k`.
set -euo pipefail
root=${HPKI_NAVI_WINE_FOLDER:-/var/cache/hpki-navi}/${HPKI_NAVI_WINE:-trixie}-wine
[ -e "$root/.hpki-navi-edition" ] || { echo "no Wine in $root: run tests/windows/set-up.sh" >&2; exit 69; }
if [ "$(id -u)" != 0 ]; then exec sudo -E "$0" "$@"; fi

export root
exec unshare --mount --propagation private -- bash -c '
  set -euo pipefail
  mount --rbind /proc "$root/proc"
  mount --rbind /dev "$root/dev"
  IFS=: read -ra shared <<<"/tmp${HPKI_NAVI_WINE_SHARED:+:$HPKI_NAVI_WINE_SHARED}"
  for folder in "${shared[@]}"; do
    mkdir -p "$root$folder"
    mount --rbind "$folder" "$root$folder"
  done
  user=${HPKI_NAVI_WINE_USER:-root}
  # Wine takes the user name from the password file: one of its own, in memory.
  mount -t tmpfs tmpfs "$root/media"
  printf "%s:x:0:0::/root:/bin/sh\n" "$user" >"$root/media/passwd"
  mount --bind "$root/media/passwd" "$root/etc/passwd"
  # pcscd and its client library must speak the same version: the library that came with the pcscd in use.
  library=/usr/lib/x86_64-linux-gnu/libpcsclite.so.1
  if [ -e "$library" ] && [ -e "$root$library" ]; then
    mount --bind "$(readlink -f "$library")" "$root$(chroot "$root" readlink -f "$library")"
  fi
  locale=${HPKI_NAVI_WINE_LOCALE:-ja_JP.UTF-8}
  exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root USER="$user" \
    LANG="$locale" LC_ALL="$locale" \
    WINEPREFIX="$WINEPREFIX" ${WINEARCH:+WINEARCH="$WINEARCH"} \
    WINEDEBUG="${WINEDEBUG:--all}" WINEDLLOVERRIDES="mscoree=;mshtml=;winemenubuilder.exe=" \
    ${HPKI_NAVI_WINE_DISPLAY:+DISPLAY="$HPKI_NAVI_WINE_DISPLAY"} \
    ${PCSCLITE_CSOCK_NAME:+PCSCLITE_CSOCK_NAME="$PCSCLITE_CSOCK_NAME"} \
    "$@"
' wine.sh "$@"
