#!/bin/sh
# folders.sh PATH:OWNER:MODE ...: makes folders with their owner and mode; says `changed` if one was not so.
set -eu
for each in "$@"; do
  mode=${each##*:}
  rest=${each%:*}
  owner=${rest##*:}
  path=${rest%:*}
  [ "$(stat -c %U:%G:%a "$path" 2>/dev/null)" != "$owner:$owner:$mode" ] || continue
  mkdir -p "$path"
  if [ "$(stat -c %U:%G:%a "$path")" != "$owner:$owner:$mode" ]; then
    chown "$owner:$owner" "$path"
    chmod "$mode" "$path"
  fi
  echo changed
done
