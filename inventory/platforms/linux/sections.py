"""The one table of sections, in the order in which they stand in the text, and render and parse over it.

A section's parser only picks out values. What it did not understand is found by the guard: the values are rendered
again, and every line of a guarded file that the rendering does not have, or has and the file lacks, is unparsed. So
no boilerplate can be changed, doubled or removed unnoticed. A file exactly as an earlier version of ours wrote it
(`EARLIER`) is understood too: the day of an upgrade it is drift, which a plan mends, and no reason to doubt what the
device's filters do. FRR, nftables and OVS say themselves what they do not
understand, because their text also comes from running daemons with defaults left out.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from inventory.deviceconfig import DeviceConfig
from inventory.platforms.linux import (
    accounts,
    checks,
    chrony,
    dnsmasq,
    frr,
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
    wireguard,
)
from inventory.platforms.linux.draft import Draft
from inventory.platforms.linux.text import File, Files, Parsed, join, split


@dataclass(frozen=True)
class Section:
    """A daemon's files: how they are written, how they are read, and which of them the guard compares."""

    render: Callable[[DeviceConfig], dict[str, File]]
    parse: Callable[[Files, Draft], None]
    paths: tuple[str, ...]
    guarded: tuple[str, ...]


def _whole(
    render: Callable[[DeviceConfig], dict[str, File]], parse: Callable[[Files, Draft], None], *paths: str
) -> Section:
    return Section(render, parse, paths, paths)


SECTIONS = (
    _whole(system.render, system.parse, system.HOSTNAME, system.RESOLV),
    _whole(sysctl.render, sysctl.parse, sysctl.PATH),
    Section(ovs.render, ovs.parse, (ovs.PATH,), ()),
    Section(frr.render, frr.parse, (frr.DAEMONS, frr.VTYSH, *frr.PATHS), (frr.DAEMONS, frr.VTYSH)),
    Section(nftables.render, nftables.parse, (nftables.PATH,), ()),
    _whole(keepalived.render, keepalived.parse, keepalived.PATH),
    _whole(swanctl.render, swanctl.parse, swanctl.DAEMON, swanctl.CONNECTIONS),
    _whole(snmpd.render, snmpd.parse, snmpd.PATH),
    _whole(lldpd.render, lldpd.parse, lldpd.OPTIONS, lldpd.PATH),
    _whole(rsyslog.render, rsyslog.parse, rsyslog.PATH),
    _whole(chrony.render, chrony.parse, chrony.PATH, chrony.KEYS),
    _whole(dnsmasq.render, dnsmasq.parse, dnsmasq.PATH),
    _whole(sshd.render, sshd.parse, sshd.PATH, sshd.BANNER),
    _whole(accounts.render, accounts.parse, accounts.PATH),
)
ORDER = tuple(path for section in SECTIONS for path in section.paths)
EARLIER = {sysctl.PATH: sysctl.earlier, sshd.PATH: sshd.earlier}
_GUARDED = frozenset(path for section in SECTIONS for path in section.guarded)


def render(config: DeviceConfig) -> str:
    """Return the device's configuration as one text of sections.

    In: a configuration. Out: canonical text; equal configurations give equal texts. Errors: `BadInput` with every
    value that the daemons cannot hold.
    """
    checks.check(config)
    return join(ordered(_files(config)))


def _files(config: DeviceConfig) -> dict[str, File]:
    return {path: part for section in SECTIONS for path, part in section.render(config).items()}


def ordered(files: Files) -> dict[str, File]:
    """Return the files in the table's order; files of accounts and unknown ones follow by path."""
    known = {path: index for index, path in enumerate(ORDER)}
    return {path: files[path] for path in sorted(files, key=lambda path: (known.get(path, len(known)), path))}


def parse(text: str) -> Parsed:
    """Return the configuration that a text says, and every line of it that is not understood.

    In: a text of sections, as `render` or `normalise` gives it. Out: the law `parse(render(c)).config == c`. It
    raises nothing: what cannot be read is listed with its section and line.
    """
    files = split(text)
    draft = Draft()
    for section in SECTIONS:
        section.parse(files, draft)
    wireguard.parse(files, draft)
    system.name(draft)
    config = draft.config()
    for path, number, line in _strange(files, config):
        draft.refuse(path, number, line)
    return Parsed(config=config, unparsed=tuple(sorted(draft.unparsed, key=lambda u: (u.section, u.line))))


def _strange(files: Files, config: DeviceConfig) -> Iterator[tuple[str, int, str]]:
    expected = _files(config)
    for path in sorted(files.keys() | expected.keys()):
        given = files[path].lines if path in files else None
        if _guards(path):
            yield from _compare(path, given, expected[path].lines if path in expected else ())
        elif given is not None and path not in ORDER and not wireguard.PATH.fullmatch(path):
            yield from ((path, number, line) for number, line in enumerate(given, 1))


def _guards(path: str) -> bool:
    return path in _GUARDED or path.startswith(f"{sshd.KEYS}/")


def _compare(path: str, given: tuple[str, ...] | None, wanted: tuple[str, ...]) -> Iterator[tuple[str, int, str]]:
    if given == wanted or (path in EARLIER and given == EARLIER[path](wanted)):
        return
    if given is None:
        yield path, 0, "lacking: the whole file"
        return
    for kind, start, end, first, last in SequenceMatcher(None, given, wanted, autojunk=False).get_opcodes():
        if kind != "equal":
            yield from ((path, number + 1, given[number]) for number in range(start, end))
            yield from ((path, 0, f"lacking: {line}") for line in wanted[first:last])
