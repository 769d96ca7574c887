#!/bin/sh
# supervise.sh NAME start|restart|remove: has supervisor run a program as it is described now; says `changed` if it did
# something. supervisord is started where nothing else starts it. Ends with 1 and the program's last words if it does not stay up.
set -u
name=$1 verb=$2
folder=/etc/supervisor/conf.d
fresh=
if ! supervisorctl pid >/dev/null 2>&1; then
  mkdir -p /var/log/supervisor /run
  supervisord -c /etc/supervisor/supervisord.conf || exit 1
  echo changed
  fresh=1
  tries=300
  until supervisorctl pid >/dev/null 2>&1; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || { echo "supervisord does not answer" >&2; exit 1; }
    sleep 0.2
  done
fi
before=
[ -n "$fresh" ] || before=$(supervisorctl pid "$name" 2>/dev/null)
supervisorctl reread >/dev/null
supervisorctl update "$name" >/dev/null
[ -f "$folder/$name.conf" ] || exit 0
after=$(supervisorctl pid "$name" 2>/dev/null)
if [ "$verb" = restart ] && [ "$before" = "$after" ]; then
  supervisorctl restart "$name" >/dev/null
fi
case $(supervisorctl status "$name") in
  *FATAL*) supervisorctl start "$name" >/dev/null 2>&1 ;; # given up earlier: once more
esac
began=$(date +%s)
failed() {
  echo "$said" >&2
  tail -n 20 "$(sed -n 's/^stdout_logfile=//p' "$folder/$name.conf")" >&2
  exit 1
}
while said=$(supervisorctl status "$name"); ! echo "$said" | grep -q ' RUNNING '; do
  waited=$(($(date +%s) - began))
  case $said in
    *BACKOFF*) [ $waited -lt 20 ] || failed ;; # supervisor goes on trying: what it needs may come up later
    *FATAL*) failed ;;
    *STOPPED* | *EXITED*) supervisorctl start "$name" >/dev/null 2>&1 ;;
  esac
  [ $waited -lt 90 ] || failed
  sleep 0.2
done
[ "$before" = "$(supervisorctl pid "$name")" ] || echo changed
