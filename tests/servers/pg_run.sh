#!/usr/bin/env bash
# pg_run.sh start|stop|kill DIR
#
# A private PostgreSQL on 127.0.0.1:$PGPORT with a superuser "supportd" and no password, data in DIR.  Takes the
# binaries of $PGBIN, else those of the newest Debian package.  PostgreSQL refuses root: run as root, it becomes the
# user postgres, and makes that user where there is none.  FSYNC=on for what has to survive a power cut.
set -eu
action=$1 D=$2
PGBIN=${PGBIN:-$(dirname "$(find /usr/lib/postgresql -path '*/bin/initdb' 2> /dev/null | sort -V | tail -n 1)")}

own() {
  mkdir -p "$D"
  [ "$(id -u)" = 0 ] || return 0
  id -u postgres > /dev/null 2>&1 || useradd --system --user-group --no-create-home --shell /usr/sbin/nologin postgres
  chown postgres:postgres "$D"
}

as_owner() {
  cd "$D"
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid=postgres --regid=postgres --clear-groups env -i PATH=/usr/bin:/bin LC_ALL=C.UTF-8 HOME="$D" "$@"
  else
    "$@"
  fi
}

make_cluster() {
  as_owner "$PGBIN/initdb" -D "$D/data" -U supportd -A trust -E UTF8 --no-locale --no-sync > "$D.initdb.log" 2>&1 ||
    { cat "$D.initdb.log"; exit 1; }
  mkdir -p "$D/sock"
  [ "$(id -u)" != 0 ] || chown postgres:postgres "$D/sock"
  cat >> "$D/data/postgresql.conf" <<C
listen_addresses = '127.0.0.1'
port = $PGPORT
unix_socket_directories = '$D/sock'
fsync = ${FSYNC:-off}
synchronous_commit = on
max_connections = 100
shared_buffers = 64MB
logging_collector = off
C
}

case $action in
  start)
    own
    [ -d "$D/data" ] || make_cluster
    as_owner "$PGBIN/pg_ctl" -D "$D/data" -l "$D/pg.log" -w -t 30 start > "$D.ctl.log" 2>&1 < /dev/null ||
      { cat "$D.ctl.log" "$D/pg.log"; exit 1; }
    ;;
  stop) as_owner "$PGBIN/pg_ctl" -D "$D/data" -m fast -w stop ;;
  kill) as_owner "$PGBIN/pg_ctl" -D "$D/data" -m immediate -w stop ;;
  *) sed -n '2,6p' "$0"; exit 2 ;;
esac
