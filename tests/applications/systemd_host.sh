#!/bin/sh
# PID 1 of a bench's server host until it becomes systemd: installs that at the first power-on, and puts the host into
# control groups named $1, below those of whoever powered it on, in a namespace of their own. What it says: /var/log/console.
exec >>/var/log/console 2>&1
set -eux
name=$1

groups() { # mounts every hierarchy of the machine at /sys/fs/cgroup: v1 and hybrid as systemd does, or v2
  cut -d: -f2 /proc/self/cgroup >/run/hierarchies
  if [ "$(cat /run/hierarchies)" = '' ]; then
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
    return
  fi
  mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup
  while read -r names; do
    place=/sys/fs/cgroup/${names#name=}
    [ -n "$names" ] || place=/sys/fs/cgroup/unified
    mkdir "$place"
    case $names in
      '') mount -t cgroup2 cgroup2 "$place" ;;
      name=*) mount -t cgroup -o "none,$names" cgroup "$place" ;;
      *) mount -t cgroup -o "$names" cgroup "$place" ;;
    esac
  done </run/hierarchies
}

enter() { # a group of its own in each hierarchy
  cat /proc/self/mounts | while read -r _ place kind _; do
    case $kind in cgroup | cgroup2) ;; *) continue ;; esac
    within=$place$(sed -n "s/^[0-9]*:$(own "$place" "$kind"):\(.*\)/\1/p" /proc/self/cgroup)
    mkdir -p "$within/$name"
    for file in cpuset.cpus cpuset.mems; do
      [ ! -f "$within/$file" ] || [ "$kind" = cgroup2 ] || cat "$within/$file" >"$within/$name/$file"
    done
    echo $$ >"$within/$name/cgroup.procs"
  done
}

own() { # place kind: what /proc/self/cgroup calls this hierarchy
  [ "$2" = cgroup2 ] && return
  case $1 in */systemd) echo name=systemd ;; *) basename "$1" ;; esac
}

install_systemd() {
  echo 'deb [trusted=yes] file:///var/cache/countynet/applications/debs ./' >/run/mirror.list
  mkdir -p /run/lists/partial
  set -- -q -o Dir::Etc::SourceList=/run/mirror.list -o Dir::State::Lists=/run/lists
  apt-get "$@" update
  DEBIAN_FRONTEND=noninteractive apt-get "$@" -y install systemd-sysv libpam-systemd dbus
  rm /usr/sbin/policy-rc.d # a package starts its services, as on every Debian server
  # what would act on the machine that the host runs on, not on the host
  for unit in systemd-sysctl.service systemd-modules-load.service sys-kernel-debug.mount sys-kernel-tracing.mount \
    sys-fs-fuse-connections.mount dev-hugepages.mount; do
    ln -s /dev/null "/etc/systemd/system/$unit"
  done
  # the machine's clock is everybody's: chronyd may not set it (as in topology/twin/image/systemctl)
  mkdir -p /etc/systemd/system/chrony.service.d
  printf '[Unit]\nConditionCapability=\n[Service]\nExecStart=\nExecStart=!/usr/sbin/chronyd -x -F 0\n' \
    >/etc/systemd/system/chrony.service.d/bench.conf
}

export PATH=/usr/sbin:/usr/bin:/sbin:/bin
umount /usr/local/sbin # the twin's own systemctl
rm -r /run/systemd # says that systemd runs, which packages would believe
[ -x /sbin/init ] || install_systemd
groups
enter
exec unshare --cgroup sh -euxc "
$(sed -n '/^groups()/,/^}/p' "$0")
umount -R /sys/fs/cgroup
groups
rm /run/hierarchies
exec env -i container=countynet PATH=$PATH /sbin/init"
