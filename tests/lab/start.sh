# Starts the lab's servers and ends them with the test: $1 is the lab's folder, $2 who owns the mailboxes.
# Its input is a pipe from the test process. Whatever becomes of that process, the pipe ends then.
cd "$1/postfix" || exit 1
folders="active bounce corrupt defer deferred flush hold incoming private saved trace"
mkdir -p data queue && chown postfix data && cd queue || exit 1
mkdir -p $folders pid maildrop public && chown postfix $folders && chmod 700 $folders || exit 1
chown postfix:postdrop maildrop public && chmod 1730 maildrop && chmod 2710 public || exit 1
chown "$2" "$1/mail" || exit 1
cd "$1" || exit 1
setsid /usr/lib/postfix/sbin/master -c "$1/postfix" -d &
postfix=$!
setsid /usr/sbin/dovecot -F -c "$1/dovecot/dovecot.conf" &
dovecot=$!
cat >/dev/null
# Each is the leader of its group, all its children in it.
kill -KILL -$postfix -$dovecot
cd / && rm -rf "$1"
