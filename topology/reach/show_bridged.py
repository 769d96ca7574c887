"""Prints what a terminal on two nets exposes, and which guards still stand."""

from collections.abc import Iterator

from countynet.i18n import _, translate
from topology.reach.bridged import Bridged, Exposed, Guard
from topology.reach.show import SHOWN, step, unread

NAMED = 3
"""targets of a guard that its line names"""


def bridged_lines(found: Bridged) -> Iterator[str]:
    """Yield what was found as lines, translated."""
    nets = ", ".join(found.nets)
    yield translate(_("A terminal of {unit} on these nets at once: {nets}"), unit=found.unit, nets=nets)
    yield translate(_("between them everything passes by it: no device of ours is on that way"))
    for one in found.exposed[:SHOWN]:
        yield _exposed(one)
        yield from (f"  {step(hop)}" for hop in one.path)
    if len(found.exposed) > SHOWN:
        yield translate(_("and {count} more: --json has all"), count=len(found.exposed) - SHOWN)
    if not found.exposed:
        yield translate(_("through it nothing else is exposed"))
    for place in found.comes:
        yield translate(_("{place} may send to it, so what it sends can leave by the terminal"), place=place)
    yield from (line for guard in found.guards for line in _guard(guard))
    yield from unread(found.lines)


def _exposed(one: Exposed) -> str:
    values = {"source": one.source, "target": one.target, "through": one.through, "packet": one.packet}
    said = translate(_("exposed: {source} gets to {target} through {through}: {packet}"), **values)
    if one.beyond:
        return f"{said} ({translate(_('not allowed by the policy'))})"
    rules = ", ".join(one.rules) or translate(_("a principle"))
    return f"{said} ({translate(_('that net may, by {rules}'), rules=rules)})"


def _guard(guard: Guard) -> Iterator[str]:
    words = _("guard, stranger's own address, through {through}, to {targets}: {packet}")
    hidden = _("guard, terminal's address, through {through}, to {targets}: {packet}")
    targets = ", ".join(guard.targets[:NAMED])
    if len(guard.targets) > NAMED:
        targets = translate(_("{targets} and {count} more"), targets=targets, count=len(guard.targets) - NAMED)
    values = {"through": guard.through, "targets": targets, "packet": guard.packet}
    yield translate(words if guard.stranger else hidden, **values)
    yield f"  {step(guard.path[-1])}"
