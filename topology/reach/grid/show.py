"""Prints what both engines say: that they agree, or every packet of which they do not, with both answers."""

from collections.abc import Iterator

from countynet.i18n import _, translate
from topology.reach.grid.compare import Comparison, Disagreement
from topology.reach.show import SHOWN, step

SAYS = {True: _("arrives"), False: _("does not arrive")}


def comparison_lines(found: Comparison, shown: int = SHOWN) -> Iterator[str]:
    """Yield a comparison as lines, translated; `shown`: how many disagreements are printed."""
    if not found.disagreements:
        yield translate(_("both engines say the same of all {pairs} pairs of places"), pairs=found.pairs)
        return
    differing = found.pairs - found.agreed
    yield translate(
        _("the engines disagree about {count} of {pairs} pairs of places: believe neither"),
        count=differing, pairs=found.pairs,
    )  # fmt: skip
    for one in found.disagreements[:shown]:
        yield from _lines(one)
    if len(found.disagreements) > shown:
        yield translate(_("and {count} more: --json has all"), count=len(found.disagreements) - shown)


def _lines(one: Disagreement) -> Iterator[str]:
    target = f"{one.target} ({one.device})" if one.device else one.target
    yield f"{one.source} > {target}: {one.packet}"
    said = (("bdd", one.bdd), ("grid", one.grid), (translate(_("packet by packet")), one.walk))
    yield "  " + ", ".join(f"{name}: {translate(SAYS[arrives])}" for name, arrives in said)
    yield from (f"  {step(hop)}" for hop in one.path)
