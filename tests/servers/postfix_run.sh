#!/usr/bin/env bash
# postfix_run.sh start|stop DIR
#
# A private Postfix 3.7 on 127.0.0.1, as root: takes SMTP on $SMTP, hands test.example to the LMTP server on $LMTP and
# sends everything else to the SMTP server on $RELAY.  Its own queue, data and configuration (postfix -c DIR/etc);
# offers STARTTLS with $CERTIFICATE and $KEY; what is deferred is tried again every 2 to 5 seconds.
set -eu
PATH=$PATH:/usr/sbin:/sbin
action=$1 D=$2

configure() {
  mkdir -p "$D"/{etc,queue,data}
  chmod 755 "$D" "$D/etc" "$D/queue"
  touch "$D/postfix.log" # postsuper writes there too, as user postfix
  chown postfix "$D/data" "$D/postfix.log"
  cat > "$D/etc/main.cf" <<C
compatibility_level = 3.6
queue_directory = $D/queue
data_directory = $D/data
command_directory = /usr/sbin
daemon_directory = $(postconf -d -h daemon_directory 2> /dev/null)
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.test.example
mydestination =
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
virtual_mailbox_domains = test.example
virtual_transport = lmtp:inet:127.0.0.1:$LMTP
recipient_delimiter = +
relayhost = [127.0.0.1]:$RELAY
disable_dns_lookups = yes
smtp_host_lookup = native
smtputf8_enable = yes
smtpd_forbid_bare_newline = normalize
lmtp_destination_recipient_limit = 50
message_size_limit = 41943040
minimal_backoff_time = 2s
maximal_backoff_time = 5s
queue_run_delay = 2s
smtpd_tls_security_level = may
smtpd_tls_cert_file = $CERTIFICATE
smtpd_tls_key_file = $KEY
smtp_tls_security_level = none
alias_maps =
alias_database =
local_recipient_maps =
maillog_file = $D/postfix.log
maillog_file_prefixes = $D
C
  cat > "$D/etc/master.cf" <<C
127.0.0.1:$SMTP inet n - n - - smtpd
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
smtp      unix  - - n - - smtp
relay     unix  - - n - - smtp
showq     unix  n - n - - showq
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
lmtp      unix  - - n - - lmtp
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
C
}

case $action in
  start)
    configure
    postfix -c "$D/etc" start > "$D/start.log" 2>&1 < /dev/null || { cat "$D/start.log"; exit 1; }
    for _ in $(seq 200); do
      (exec 3<> "/dev/tcp/127.0.0.1/$SMTP") 2> /dev/null && exit 0
      sleep .05
    done
    cat "$D/start.log" "$D/postfix.log"
    exit 1
    ;;
  stop) postfix -c "$D/etc" stop > "$D/stop.log" 2>&1 < /dev/null || true ;;
  *) sed -n '2,6p' "$0"; exit 2 ;;
esac
