#!/bin/sh
# settle.sh UNIT LOG: waits until a unit of systemd has stayed up for a second. Ends with 1 and the program's last words if it does
# not within 20 s; systemd goes on trying, as what it needs may come up later.
set -u
unit=$1 log=$2
began=$(date +%s)
while :; do
  pid=$(systemctl show --property MainPID --value "$unit")
  up=$(ps -o etimes= -p "$pid" 2>/dev/null)
  [ "$pid" = 0 ] || [ "${up:-0}" -lt 2 ] || exit 0
  [ $(($(date +%s) - began)) -lt 20 ] || break
  sleep 0.2
done
tail -n 20 "$log" >&2
exit 1
