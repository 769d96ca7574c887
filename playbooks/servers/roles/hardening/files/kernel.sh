#!/bin/sh
# Tells the running kernel what the baseline asks for, of every interface too; `look` only says what would be changed.
# A value that is as strict already stays (kptr_restrict 1 or 2, ptrace_scope 1 to 3, rp_filter 1 or 2). What cannot be
# written, as in a container, is said: the machine below decides it.
set -u
mode=$1 forwards=$2

tell() { # name as a path below /proc/sys, values that are right, the value to write
  file=/proc/sys/$1
  [ -r "$file" ] || return 0
  now=$(cat "$file") # the shell's read takes bytes one by one, of which /proc gives the first alone
  case " $2 " in *" $now "*) return 0 ;; esac
  if [ "$mode" = look ]; then
    if [ -w "$file" ]; then echo "changed: $1 $now -> $3"; else echo "$1 = $now: 不能在此设置 / cannot be set here"; fi
  elif (echo "$3" >"$file") 2>/dev/null; then
    echo "changed: $1 $now -> $3"
  else
    echo "$1 = $now: 不能在此设置，由下层主机决定 / cannot be set here, the machine below decides it"
  fi
}

each() { # family, name: for all, by default, and for each interface
  for place in /proc/sys/net/"$1"/conf/*/"$2"; do tell "${place#/proc/sys/}" 0 0; done
}

if [ "$forwards" = stays ]; then
  tell net/ipv4/ip_forward 0 0
  tell net/ipv6/conf/all/forwarding 0 0
fi
tell net/ipv4/tcp_syncookies 1 1
tell net/ipv4/icmp_echo_ignore_broadcasts 1 1
each ipv4 accept_redirects
each ipv6 accept_redirects
each ipv4 send_redirects
each ipv4 accept_source_route
tell net/ipv4/conf/all/rp_filter "1 2" 2
tell kernel/randomize_va_space 2 2
tell kernel/dmesg_restrict 1 1
tell kernel/kptr_restrict "1 2" 2
tell kernel/yama/ptrace_scope "1 2 3" 1
tell fs/protected_hardlinks 1 1
tell fs/protected_symlinks 1 1
tell fs/suid_dumpable 0 0
exit 0
