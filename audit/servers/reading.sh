# Reads a server for the audit: shell patterns of files come in on standard input, one a line; `@tell` asks for the
# commands too. Each file goes out as a line with its rights and one with its content in base64. Nothing is written.
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
umask 077

about() { stat -Lc '%a %U:%G' "$1"; }

give() {
  [ -f "$1" ] || return 0
  case "$1" in
    *shadow* | *.key | */private/* | *secrets | */ssh_host_*_key)
      printf '@rights %s %s\n' "$(about "$1")" "$1"
      return 0 ;;
  esac
  if [ ! -r "$1" ] || [ "$(stat -Lc %s "$1")" -gt 262144 ]; then
    printf '@large %s\n' "$1"
    return 0
  fi
  printf '@file %s %s\n' "$(about "$1")" "$1"
  sed '/-----BEGIN [A-Z ]*PRIVATE KEY/,/-----END/d' "$1" | base64 -w0
  echo
}

there() { command -v "$1" >/dev/null 2>&1; }

tell() { # name, command and words: what it says within 20 seconds; one that fails tells nothing
  name=$1
  shift
  said=$(timeout 20 "$@" 2>/dev/null) || return 0
  printf '@told %s\n%s\n' "$name" "$(printf '%s' "$said" | head -c 400000 | base64 -w0)"
}

# Name, number, shell, kind of the hash (never the hash) and days until it is old, of each account.
ACCOUNTS='
function kind(hash, parts) {
  if (hash == "") return "none"
  if (hash ~ /^[!*]/ || hash == "x") return "locked"
  if (hash ~ /^[$]/) { split(hash, parts, "[$]"); return parts[2] }
  return "des"
}
FILENAME ~ /shadow/ { held[$1] = kind($2) ":" $5; next }
{ print $1 ":" $3 ":" $7 ":" (($1 in held) ? held[$1] : kind($2) ":") }
'

KERNEL='
net.ipv4.ip_forward net.ipv4.tcp_syncookies net.ipv4.conf.all.accept_redirects net.ipv4.conf.default.accept_redirects
net.ipv4.conf.all.send_redirects net.ipv4.conf.all.accept_source_route net.ipv4.conf.default.accept_source_route
net.ipv4.conf.all.rp_filter net.ipv4.icmp_echo_ignore_broadcasts net.ipv6.conf.all.accept_redirects
net.ipv6.conf.all.forwarding kernel.randomize_va_space kernel.dmesg_restrict kernel.kptr_restrict
kernel.yama.ptrace_scope fs.protected_hardlinks fs.protected_symlinks fs.suid_dumpable
'

kernel() {
  for name in $KERNEL; do
    file=/proc/sys/$(echo "$name" | tr . /)
    [ -r "$file" ] && echo "$name = $(cat "$file")"
  done
}

jobs_() {
  for one in /etc/crontab /etc/cron.d /etc/cron.d/* /etc/cron.hourly /etc/cron.hourly/* /etc/cron.daily \
    /etc/cron.daily/* /etc/cron.weekly /etc/cron.weekly/* /etc/cron.monthly /etc/cron.monthly/*; do
    [ -e "$one" ] && stat -Lc '%a %U:%G %n' "$one"
  done
}

say() { # name, then what a function of this script says
  printf '@told %s\n%s\n' "$1" "$("$2" 2>&1 | head -c 400000 | base64 -w0)"
}

look() { # name, folders and tests of find, without what cannot be read; a search that is cut short is told
  name=$1
  shift
  found=$(timeout 30 find "$@" 2>/dev/null)
  [ $? = 124 ] && printf '@cut %s\n' "$name"
  printf '@told %s\n%s\n' "$name" "$(printf '%s' "$found" | sort | head -n 100 | base64 -w0)"
}

everything() {
  tell accounts awk -F: "$ACCOUNTS" /etc/shadow /etc/passwd
  there ss && tell sockets ss -H -lntup
  say sysctl kernel
  if there dpkg-query; then
    tell packages dpkg-query -W -f '${db:Status-Abbrev}${binary:Package} ${Version}\n'
  elif there rpm; then
    tell packages rpm -qa --qf 'ii  %{NAME} %{VERSION}-%{RELEASE}\n'
  fi
  if there nft; then
    tell ruleset nft -nn list ruleset
  elif there iptables-save; then
    tell ruleset iptables-save
  else
    printf '@told ruleset\n\n'
  fi
  there sshd && tell sshd sshd -T
  if there psql && there runuser && id postgres >/dev/null 2>&1; then
    cd / && tell superusers runuser -u postgres -- env PGOPTIONS='-c default_transaction_read_only=on' \
      psql -XAtqc 'select rolname from pg_roles where rolsuper order by 1' postgres
  fi
  look writable /etc /usr/local /opt /srv /home /var/www /var/spool /var/lib -xdev \
    \( -type f -o -type d ! -perm -1000 \) -perm -0002
  look setuid /etc /usr/local /opt /srv /home /var /root -xdev -type f -perm /6000
  say jobs jobs_
}

while IFS= read -r wanted; do
  if [ "$wanted" = @tell ]; then
    everything
    continue
  fi
  IFS=
  for one in $wanted; do give "$one"; done
  unset IFS
done
echo @end
