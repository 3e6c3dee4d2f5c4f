#!/usr/bin/env bash
# install-deb.sh FILE: installs a .deb on a Debian system that exists for this command only, tries it, removes it, and
# prints what was found, one fact a line. The system is one of the lane's folders under a layer in memory.
set -euo pipefail
deb=$(realpath "$1")
root=${HPKI_NAVI_WINE_FOLDER:-/var/cache/hpki-navi}/bookworm-wine
[ -e "$root/.hpki-navi-edition" ] || { echo "no Debian in $root: run tests/windows/set-up.sh" >&2; exit 69; }
if [ "$(id -u)" != 0 ]; then exec sudo -E "$0" "$@"; fi

exec unshare --mount --propagation private -- bash -c '
  set -euo pipefail
  mount -t tmpfs tmpfs /mnt
  mkdir /mnt/upper /mnt/work /mnt/system
  mount -t overlay overlay -o "lowerdir=$0,upperdir=/mnt/upper,workdir=/mnt/work" /mnt/system
  cd /mnt/system
  mount --rbind /proc proc
  mount --rbind /dev dev
  cp "$1" tmp/package.deb
  in_system() { chroot . env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"; }
  in_system dpkg -i /tmp/package.deb >&2
  for manifest in etc/opt/chrome etc/opt/edge etc/chromium; do
    printf "manifest: %s\n" "$(tr -d "\n" <"$manifest/native-messaging-hosts/jp.hpki_navi.host.json")"
  done
  printf "inspection: %s\n" "$(in_system hpki-navi-host inspect --json | tr -d "\n")"
  in_system dpkg -r hpki-navi-host >&2
  # dpkg keeps lists of its own; everything else that came must be gone.
  (cd /mnt/upper && find . ! -type d ! -type c ! -path "./var/*" ! -path "./tmp/*" ! -path "./etc/ld.so.cache") |
    sed "s/^/left: /"
' "$root" "$deb"
