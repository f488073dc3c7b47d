#!/usr/bin/env bash
# dovecot_run.sh start|stop DIR
#
# A private Dovecot 2.3 on 127.0.0.1: IMAP on $IMAP, IMAPS on $IMAPS, LMTP on $LMTP.  Any user exists, the password is
# "secret", mail lies in DIR/mail/USER as a Maildir.  TLS with $CERTIFICATE and $KEY.  Run as root its processes use
# Dovecot's own accounts and "nobody" for mail; run by anybody else they all run as that person.
set -eu
PATH=$PATH:/usr/sbin:/sbin
action=$1 D=$2

accounts() {
  if [ "$(id -u)" = 0 ]; then
    mail_user=nobody
    mail_group=$(id -gn nobody)
    printf 'default_internal_user = dovecot\ndefault_login_user = dovenull\n'
  else
    mail_user=$(id -un) mail_group=$(id -gn)
    printf 'default_internal_user = %s\ndefault_internal_group = %s\ndefault_login_user = %s\n' \
      "$mail_user" "$mail_group" "$mail_user"
    printf 'service %s {\n  chroot =\n}\n' anvil imap-login
  fi
}

configure() {
  mkdir -p "$D"/{run,mail,state}
  accounts > "$D/accounts.conf"
  [ "$(id -u)" != 0 ] || { chmod 755 "$D" "$D/mail"; chown "$mail_user:$mail_group" "$D/mail"; }
  cat > "$D/dovecot.conf" <<C
!include accounts.conf
base_dir = $D/run
state_dir = $D/state
instance_name = supportd-test-${D//\//-}
log_path = $D/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
first_valid_uid = 1
mail_location = maildir:$D/mail/%u
ssl = yes
ssl_cert = <$CERTIFICATE
ssl_key = <$KEY
disable_plaintext_auth = no
auth_mechanisms = plain login
# a refused login is answered at once
auth_failure_delay = 0
passdb {
  driver = static
  args = password=secret
}
userdb {
  driver = static
  args = uid=$mail_user gid=$mail_group home=$D/mail/%u allow_all_users=yes
}
namespace inbox {
  inbox = yes
  separator = /
}
# Changes are noticed by inotify at once; this is the "still here" during IDLE, short for tests.
imap_idle_notify_interval = 20 secs
mail_max_userip_connections = 200
service imap-login {
  inet_listener imap {
    port = $IMAP
  }
  inet_listener imaps {
    port = $IMAPS
    ssl = yes
  }
}
service imap {
  process_limit = 200
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = $LMTP
  }
}
service stats {
  unix_listener stats-writer {
    mode = 0666
  }
}
C
}

accepts() { (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }

case $action in
  start)
    configure
    dovecot -c "$D/dovecot.conf" > "$D/start.log" 2>&1 < /dev/null
    for _ in $(seq 200); do
      accepts "$IMAP" && accepts "$IMAPS" && accepts "$LMTP" && exit 0
      sleep .05
    done
    cat "$D/start.log" "$D/dovecot.log"
    exit 1
    ;;
  stop)
    [ -f "$D/run/master.pid" ] || exit 0
    pid=$(cat "$D/run/master.pid")
    kill "$pid" 2> /dev/null || exit 0
    for _ in $(seq 200); do
      kill -0 "$pid" 2> /dev/null || exit 0
      sleep .05
    done
    exit 1
    ;;
  *) sed -n '2,6p' "$0"; exit 2 ;;
esac
