#!/bin/sh
# The guard of a change of the way in: keeps what was, counts down, and puts it back unless it is called off.
#
#   arm SECONDS  keeps the files and counts down in a process of its own; waits for an earlier guard to end
#   off          calls it off; fails when it is too late
#   undo         puts back now what is armed; nothing where nothing is
#
# Which of the three happens is decided by one rename: who moves `armed` away has it.
set -u
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
place=/var/lib/countynet-hardening
files="etc/ssh/sshd_config etc/ssh/sshd_config.d/00-countynet.conf etc/pam.d/common-auth etc/pam.d/common-account
  etc/pam.d/common-password etc/pam.d/common-session etc/pam.d/common-session-noninteractive etc/security/faillock.conf
  usr/share/pam-configs/countynet-lock usr/share/pam-configs/countynet-lock-count var/lib/pam"

put_back() {
  mv "$place/armed" "$place/reverting" 2>/dev/null || return 0
  while read -r file; do rm -rf "/$file"; done <"$place/absent"
  tar --extract --preserve-permissions --file "$place/before.tar" --directory /
  systemctl reload ssh
  rm -f "$place/reverting"
  forget
}

forget() { rm -f "$place/before.tar" "$place/absent" "$place/counting"; }

stop_counting() {
  [ -e "$place/armed" ] || [ -e "$place/called-off" ] || return 0
  pid=$(cat "$place/counting" 2>/dev/null) || return 0
  kill -- "-$pid" 2>/dev/null || kill "$pid" 2>/dev/null || :
}

arm() {
  mkdir -p -m 700 "$place"
  tries=300
  while [ -e "$place/armed" ] || [ -e "$place/reverting" ]; do
    # nobody counts any more after a restart in the middle
    if ! kill -0 "$(cat "$place/counting" 2>/dev/null)" 2>/dev/null; then
      [ ! -e "$place/reverting" ] || mv "$place/reverting" "$place/armed"
      put_back
    fi
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || { echo "an earlier guard does not end" >&2; exit 1; }
    sleep 1
  done
  there='' absent=''
  for file in $files; do
    if [ -e "/$file" ]; then there="$there $file"; else absent="$absent$file
"; fi
  done
  printf %s "$absent" >"$place/absent"
  tar --create --file "$place/before.tar" --directory / $there || exit 1
  token="$$ $(date +%s%N)" # what counts on for an earlier guard, should it not have been stopped, is not meant by this
  echo "$token" >"$place/armed"
  sync "$place/before.tar" "$place/absent" "$place/armed"
  setsid sh "$0" count "$1" "$token" </dev/null >/dev/null 2>&1 &
  echo $! >"$place/counting"
}

case ${1-} in
  arm) arm "$2" ;;
  count) sleep "$2" && { [ "$(cat "$place/armed" 2>/dev/null)" != "$3" ] || put_back; } ;;
  off) mv "$place/armed" "$place/called-off" || exit 1
    stop_counting
    rm -f "$place/called-off"
    forget ;;
  undo) stop_counting && put_back ;;
  *) echo "usage: $0 arm SECONDS | off | undo" >&2; exit 2 ;;
esac
exit 0
