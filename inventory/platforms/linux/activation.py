"""What to write on the device and which commands to run, in which order, to get from what runs to what is intended.

Invariants: equal texts need nothing; a change of one section touches its daemon only; filters come before anything
that forwards; the list of written files stands in PENDING until the last command, so that an activation that broke
off is finished by the next one. The staging port and the SSH server's new address come last (`closing`), when
management answers in band: until then the device can still be reached as it came.
"""

import shlex
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from countynet.frozen import Frozen
from inventory.platforms.linux import (
    accounts,
    announce,
    chrony,
    deltas,
    dnsmasq,
    frr,
    frr_keys,
    frr_tree,
    keepalived,
    lldpd,
    nftables,
    ovs,
    rsyslog,
    snmpd,
    sshd,
    swanctl,
    sysctl,
    system,
)
from inventory.platforms.linux.fetch import PENDING
from inventory.platforms.linux.frr_live import STAGING
from inventory.platforms.linux.text import File, split, values_of

_UNITS = {
    "keepalived": (keepalived.PATH,),
    "strongswan": (swanctl.DAEMON, swanctl.CONNECTIONS),
    "snmpd": (snmpd.PATH,),
    "lldpd": (lldpd.OPTIONS, lldpd.PATH),
    "rsyslog": (rsyslog.PATH,),
    "chrony": (chrony.PATH, chrony.KEYS),
    "dnsmasq": (dnsmasq.PATH,),
}
MEET_ANEW = (
    "swanctl --terminate --ike {name} --timeout 5 >/dev/null 2>&1; "
    "swanctl --initiate --child net --ike {name} --timeout 20 >/dev/null"
)
"""ends a tunnel and begins it at once, so that a changed key is in force, or the command fails"""
FORGET_USERS = f"systemctl stop snmpd && {{ test ! -f {snmpd.KEPT} || sed -i '/^usmUser /d' {snmpd.KEPT}; }}"
"""net-snmp writes down each user with its keys when it ends, and would let one in whom its configuration has no more"""
_FRR = (frr.DAEMONS, frr.VTYSH)
_STAGING = f"interface {STAGING}"
_TSO = (
    "ovs-vsctl --timeout=60 get Open_vSwitch . other_config:userspace-tso-enable 2>/dev/null | grep -q true || "
    "{ ovs-vsctl --no-wait set Open_vSwitch . other_config:userspace-tso-enable=true && "
    "systemctl restart openvswitch-switch; }"
)


class Activation(Frozen):
    """A change of one device. Write `files` (mode, content; folders come into being), delete, then run in order."""

    files: Mapping[str, tuple[str, str]] = MappingProxyType({})
    delete: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    """run detached, only once the device's management address answers in band"""


class _Change:
    """The files before and after, and which paths differ."""

    def __init__(self, running: str, intended: str) -> None:
        self.before: dict[str, File] = split(running)
        self.after: dict[str, File] = split(intended)
        self.paths = {p for p in self.before | self.after if self.before.get(p) != self.after.get(p)}
        self.staged = _staging(self.before, "no shutdown") and not _staging(self.after, "no shutdown")

    def touches(self, *paths: str) -> bool:
        """Whether any of the files changes."""
        return not self.paths.isdisjoint(paths)

    def _lines(self, files: dict[str, File], path: str) -> tuple[str, ...]:
        return files[path].lines if path in files else ()

    def router_id(self, files: dict[str, File]) -> tuple[str, ...]:
        """OSPF's router id, which a running ospfd does not take over; nothing where OSPF is about to begin or end."""
        both = frr_tree.OSPFD in self.before and frr_tree.OSPFD in self.after
        return values_of(self._lines(files, frr_tree.OSPFD), r" ospf router-id (\S+)") if both else ()

    def lines(self, path: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The file's lines before and after."""
        return self._lines(self.before, path), self._lines(self.after, path)


def activation(running: str, intended: str) -> Activation:
    """Return what to do on a device that runs `running` (from `normalise`) so that it runs `intended` (from
    `render`)."""
    change = _Change(running, intended)
    written = [path for path in change.after if path in change.paths]
    commands = [*_commands(change)]
    if written:
        commands.append(f"rm -f {PENDING}")
    files = {PENDING: ("0600", "".join(f"{path}\n" for path in written))} if written else {}
    files |= {path: (change.after[path].mode, _content(change, path)) for path in written}
    return Activation(
        files=files,
        delete=tuple(path for path in change.before if path not in change.after),
        commands=tuple(command for command in commands if command),
        closing=_closing(change) if change.staged else (),
    )


def _staging(files: dict[str, File], line: str) -> bool:
    tree = frr_tree.tree(files[frr_tree.ZEBRA].lines if frr_tree.ZEBRA in files else ())
    return line in tree.get(_STAGING, ())


def _content(change: _Change, path: str) -> str:
    """The file as first written: zebra must not shut the port over which we are talking."""
    content = change.after[path].content
    if path != frr_tree.ZEBRA or not change.staged:
        return content
    head, found, block = content.partition(f"{_STAGING}\n")
    return head + found + block.replace(" shutdown\n", "", 1) if _staging(change.after, "shutdown") else content


def _closing(change: _Change) -> tuple[str, ...]:
    if not _staging(change.after, "shutdown"):
        return ("systemctl reload ssh", f"ip link set {STAGING} down")
    shut = f"vtysh -c 'configure terminal' -c '{_STAGING}' -c shutdown"
    return (f"sed -i '/^{_STAGING}$/a\\ shutdown' {frr_tree.ZEBRA}", "systemctl reload ssh", shut)


def _commands(change: _Change) -> Iterator[str]:
    yield from _accounts(change)
    if change.touches(system.HOSTNAME):
        yield f"hostname {change.after[system.HOSTNAME].lines[0]}"
    if change.touches(nftables.PATH):
        yield f"nft -f {nftables.PATH}" if nftables.PATH in change.after else "nft flush ruleset"
    if change.touches(sysctl.PATH) and sysctl.PATH in change.after:
        yield f"sysctl -q -p {sysctl.PATH}"
        before, after = change.lines(sysctl.PATH)
        yield from sysctl.without(line for line in before if line not in after)
    yield from _ovs(change)
    yield from _frr(change)
    yield from announce.commands(change.before, change.after)
    yield from _units(change)
    if _reloads("strongswan", change):
        yield from (MEET_ANEW.format(name=name) for name in swanctl.rekeyed(*change.lines(swanctl.CONNECTIONS)))
    if change.touches(sshd.PATH, sshd.BANNER) and not change.staged:
        yield "systemctl reload ssh"


def _accounts(change: _Change) -> Iterator[str]:
    before, after = (dict(line.rsplit(maxsplit=1) for line in lines[1:]) for lines in change.lines(accounts.PATH))
    for name, state in after.items():
        if state == "active" and name not in before:
            yield f"id -u {name} >/dev/null 2>&1 || useradd -o -u 0 -g 0 -M -d / -s /bin/sh {name}"
        if state == "active" and before.get(name) != "active":
            yield f"usermod -p '*' {name}"
    for name, state in before.items():
        if state == "active" and after.get(name) != "active":
            yield f"usermod -L {shlex.quote(name)}"


def _ovs(change: _Change) -> Iterator[str]:
    before, after = change.lines(ovs.PATH)
    if not after:
        if before:
            yield f"ovs-vsctl --timeout=60 --if-exists del-br {ovs.BRIDGE}"
            yield "systemctl stop openvswitch-switch"
        return
    if not before:
        yield "systemctl start openvswitch-switch"
    if ovs.BASE not in before:
        yield _TSO
    yield deltas.ovs(before[1:], after[1:])


def _frr(change: _Change) -> Iterator[str]:
    if change.touches(frr_tree.OSPFD) and frr_keys.are_in(change.after):
        yield f"chgrp {frr_keys.GROUP} {frr_tree.OSPFD}"
    if frr.DAEMONS not in change.after:
        if frr.DAEMONS in change.before:
            yield "systemctl stop frr"
    elif change.touches(*_FRR) or change.router_id(change.before) != change.router_id(change.after):
        yield "systemctl restart frr"
    elif change.touches(*frr.PATHS):
        yield from deltas.frr(change.before, change.after)


def _units(change: _Change) -> Iterator[str]:
    touched = [unit for unit, paths in _UNITS.items() if change.touches(*paths)]
    wanted = [unit for unit in touched if any(path in change.after for path in _UNITS[unit])]
    gone = [unit for unit in touched if unit not in wanted]
    softly = [unit for unit in wanted if _reloads(unit, change)]
    for verb, units in (("stop", gone), ("reload", softly), ("restart", [u for u in wanted if u not in softly])):
        if verb == "restart" and "snmpd" in units and _loses_users(change):
            yield FORGET_USERS
        if units:
            yield f"systemctl {verb} {' '.join(units)}"


def _loses_users(change: _Change) -> bool:
    """Whether the agent is to know fewer users, or other keys of one."""
    before, after = ({line for line in lines if line.startswith("createUser ")} for lines in change.lines(snmpd.PATH))
    return not before <= after


def _reloads(unit: str, change: _Change) -> bool:
    """Whether the daemon runs and takes the change without losing its sessions."""
    if unit == "keepalived":
        return keepalived.PATH in change.before
    return unit == "strongswan" and not change.touches(swanctl.DAEMON) and swanctl.CONNECTIONS in change.before
