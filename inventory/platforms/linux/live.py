"""From what FETCH printed to the form of `render`: equal text means that the device runs what is intended.

Files of running daemons are taken as they are. The live sections replace the files that only record them: what the
device does counts, not what was once written. A file that was written and whose daemon was not told yet
(`live:pending`) does not count as running, so the next activation tells it.
"""

from countynet.errors import CountyError
from countynet.i18n import _
from inventory.platforms.linux import (
    accounts,
    frr,
    frr_live,
    keepalived,
    nft_live,
    nftables,
    ovs,
    swanctl,
    sysctl,
    system,
)
from inventory.platforms.linux.frr_tree import BGPD, OSPFD, PBRD, STATICD, ZEBRA
from inventory.platforms.linux.sections import ordered
from inventory.platforms.linux.text import MARK, File, Files, file, join, split

CUT_SHORT = _("the device did not say all of what it runs")
_LIVE = {system.HOSTNAME, sysctl.PATH, nftables.PATH, ovs.PATH, accounts.PATH, ZEBRA, STATICD, OSPFD, BGPD, PBRD}
"""what these say is read from the device's state, so a daemon that was not told shows by itself"""


def normalise(fetched: str) -> str:
    """Return the running configuration in render's canonical form.

    In: FETCH's output, whole. Out: text of sections. Errors: `CountyError` when the output was cut short.
    """
    sections = split(fetched.replace("\r\n", "\n"))
    if "live:end" not in sections:
        raise CountyError(CUT_SHORT)
    files = {path: part for path, part in sections.items() if path.startswith("/")}
    kernel = frr_live.kernel(_lines(sections, "live:kernel"))
    frr_live.kernel6(_lines(sections, "live:kernel6"), kernel)
    _replace(files, nftables.PATH, nft_live.normalise(_lines(sections, "live:nft"), files.get(nftables.PATH)))
    _replace(files, accounts.PATH, accounts.live(files.get(accounts.PATH), _lines(sections, "live:accounts")))
    _replace(files, ovs.PATH, _ovs(sections))
    if sysctl.PATH in files:
        files[sysctl.PATH] = sysctl.live(files[sysctl.PATH], _lines(sections, "live:sysctl"))
    _frr(files, sections, kernel)
    _rule(files, kernel)
    for path in set(_lines(sections, "live:pending")) - _LIVE:
        files.pop(path, None)
    return join(ordered(files))


def _lines(sections: Files, name: str) -> tuple[str, ...]:
    return sections[name].lines if name in sections else ()


def _replace(files: dict[str, File], path: str, part: File | None) -> None:
    files.pop(path, None)
    if part is not None:
        files[path] = part


def _ovs(sections: Files) -> File | None:
    lines = [line for line in _lines(sections, "live:ovs") if line.strip()]
    record = ovs.live(lines)
    return file(record) if record else None


def _frr(files: dict[str, File], sections: Files, kernel: frr_live.Kernel) -> None:
    saved = files.pop(ZEBRA, File("0644", ()))
    modes = {OSPFD: files.pop(OSPFD, saved).mode}
    virtual = keepalived.addresses(_lines(files, keepalived.PATH))
    running = sections["live:frr"].lines if "live:frr" in sections else None
    others = [frr_live.BRIDGES] if ovs.PATH in files else []
    others += [frr_live.TUNNELS] if swanctl.DAEMON in files else []
    for path, lines in frr_live.normalise(running, saved.lines, kernel, virtual, others).items():
        if lines or path in (ZEBRA, STATICD, OSPFD):
            files[path] = File(modes.get(path, saved.mode), (f"! {MARK[2:]}", *lines))
    if running is None:
        files.pop(frr.DAEMONS, None)


def _rule(files: dict[str, File], kernel: frr_live.Kernel) -> None:
    """Leave the policy rule out of strongSwan's settings when the kernel lacks it, so that it shows."""
    if swanctl.DAEMON in files and frr_live.PAST_TUNNEL not in kernel.rules:
        part = files[swanctl.DAEMON]
        kept = tuple(line for line in part.lines if f"ip rule add {swanctl.RULE}" not in line)
        files[swanctl.DAEMON] = File(part.mode, kept)
