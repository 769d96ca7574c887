"""Prints a class run: the figures, then each disagreement with what the proof says beside what was seen."""

from collections.abc import Iterator
from itertools import zip_longest

from countynet.console import out, table
from countynet.i18n import _, translate
from topology.confirm.classes.claims import Claim
from topology.confirm.classes.report import ClassReport, Disagreement
from topology.reach.show import step
from topology.reach.walk import Branch

SHOWN = 20
"""disagreements printed; the JSON document has all"""
CLAIMS = {
    Claim.ARRIVES: _("arrives"),
    Claim.DROPPED: _("is dropped"),
    Claim.EITHER: _("depends on the path"),
}


def show(report: ClassReport) -> None:
    """Print a report in the language of the context."""
    columns = [translate(c) for c in (_("the proof says that the packet"), _("probes"))]
    rows = [(translate(CLAIMS[claim]), count) for claim, count in report.claims.items()]
    table(translate(_("The proof against packets")), columns, rows)
    for one in report.disagreements[:SHOWN]:
        beside(one)
    if len(report.disagreements) > SHOWN:
        out().print(translate(_("and {count} more: --json has all"), count=len(report.disagreements) - SHOWN))
    if report.silent:
        out().print(
            translate(
                _("nobody stands there who could send, or no router is known: {places}"),
                places=", ".join(report.silent),
            )
        )
    out().print(summary(report))


def summary(report: ClassReport) -> str:
    """Return the report in one line."""
    return translate(
        _("{classes} classes of packets, {probes} probes in {seconds} s: {agreed} went as the proof says, "
          "{disagreed} did not"),
        classes=report.classes, probes=report.probes, seconds=report.seconds, agreed=report.agreed,
        disagreed=report.disagreed,
    )  # fmt: skip


def beside(one: Disagreement) -> None:
    """Print both traces of a disagreement side by side."""
    columns = [translate(c) for c in (_("the proof says"), _("was seen at"))]
    rows = zip_longest(proof_lines(one), one.packet_trace, fillvalue="")
    table(f"{one.source} > {one.via}: {one.packet}", columns, list(rows))


def proof_lines(one: Disagreement) -> Iterator[str]:
    """Yield what the proof says of a packet, a line a hop, way by way."""
    for branch in one.proof_trace:
        yield from map(step, branch.steps)
        yield f"= {end(branch)}"
    if not one.proof_trace:
        yield translate(_("nobody else is on the segment"))
    if one.answered is not None:
        yield translate(_("is answered") if one.answered else _("is not answered"))


def end(branch: Branch) -> str:
    """Return what becomes of a packet on a way."""
    if branch.place:
        return translate(_("arrives at {place}"), place=branch.place)
    return translate(_("is dropped at {device}"), device=branch.steps[-1].device)
