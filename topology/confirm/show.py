"""Prints a report of the live test of isolation: the table, then every deviation in one line each."""

from countynet.console import out, table
from countynet.i18n import _, translate
from topology.confirm.probe import SIDE_TITLES
from topology.confirm.report import ConfirmReport, Deviation

SHOWN = 40
"""deviations printed; the JSON document has all"""


def show(report: ConfirmReport) -> None:
    """Print the table of expected against seen and the deviations, in the language of the context."""
    columns = [_("from"), _("to"), _("probes"), _("allowed by policy"), _("got through"), _("deviations")]
    rows = [
        (translate(SIDE_TITLES[r.source]), translate(SIDE_TITLES[r.target]), r.probes, r.expected, r.seen, r.deviations)
        for r in report.rows
    ]
    table(translate(_("Isolation: expected against seen")), [translate(c) for c in columns], rows)
    for deviation in report.deviations[:SHOWN]:
        out().print(words(deviation))
    out().print(summary(report))


def summary(report: ConfirmReport) -> str:
    """Return the report in one line."""
    line = translate(
        _("{pairs} pairs of units, {probes} probes and {visits} visits to the portal in {seconds} s: "
          "{expected} allowed, {seen} got through, {deviations} deviations"),
        pairs=report.pairs, probes=report.probes, visits=report.visits, seconds=report.seconds,
        expected=report.expected, seen=report.seen, deviations=len(report.deviations),
    )  # fmt: skip
    if not report.believable:
        share = f"{report.lost_first:.0%}"
        line += "\n" + translate(
            _("{share} of the allowed probes were lost: the result cannot be believed"), share=share
        )
    return line


def words(deviation: Deviation) -> str:
    """Return one deviation as a sentence."""
    values = {"source": deviation.source, "target": deviation.target, "address": deviation.address,
              "service": deviation.service, "claimed": deviation.claimed, "words": deviation.words}  # fmt: skip
    if deviation.words:
        return translate(_("{source} could not open {address}: {words}"), **values)
    if deviation.expected:
        return translate(
            _("{source} gets no answer from {target} ({address}), service {service}, which is allowed"), **values
        )
    if deviation.claimed:
        return translate(_("{source}, forging {claimed}, reached {target} ({address}), service {service}"), **values)
    if not deviation.seen_at_source:
        return translate(
            _("{source} reached {target} ({address}) one way, service {service}, which is forbidden"), **values
        )
    return translate(_("{source} reached {target} ({address}), service {service}, which is forbidden"), **values)
