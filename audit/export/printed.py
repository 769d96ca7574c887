"""A run as paper: the standard's clauses with their assessment units, then every clause with its checks and findings.

In Chinese or English, as the context says. The same run gives the same bytes; a signature is put on afterwards
(`audit.export.signing`), for it holds the time at which it was made.
"""

from collections.abc import Iterator

from audit import words
from audit.clauses import STANDARD, Clause
from audit.export.source import Kept
from audit.model import Point, Result
from countynet.i18n import _, language, translate
from countynet.moments import shown
from countynet.paper import Paper, paper, rows, says, signatures
from countynet.vocabulary import Verdict
from inventory.model import County

MOST = 40
"""findings printed of one check; the evidence has them all"""
LINES = 4
"""cited lines printed of one finding"""
SIGN = (_("For the center (signature, seal, date):"), _("For the auditor (signature, seal, date):"))
FORM = "GB/T 28448-2019"
_OPEN = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.MANUAL)


def printed(county: County, kept: Kept, most: int = MOST) -> bytes:
    """Return the PDF with at most so many findings of one check. Raises MissingCapability without the font."""
    report = paper(kept.run.finished)
    title = translate(_("Security check of {county}"), county=_named(county))
    report.set_title(title)
    report.add_page()
    says(report, title, 18)
    for line in _summary(kept):
        says(report, line)
    report.ln(3)
    _clauses(report, kept)
    if records := kept.records:
        says(report, translate(_("Records with their hashes (SHA-256), among the evidence")), 13)
        rows(report, [translate(_("record")), translate(_("evidence"))], list(records.items()), (20, 40), ())
    signatures(report, *map(translate, SIGN))
    for clause, verdict, results in kept.by_clause():
        _clause(report, kept, clause, verdict, results, most)
    return bytes(report.output())


def _named(county: County) -> str:
    return county.plan.name if language() == "zh_CN" else county.plan.name_en


def _summary(kept: Kept) -> Iterator[str]:
    run = kept.run
    counted = {verdict: sum(result.grade is verdict for result in kept.results) for verdict in words.VERDICTS}
    yield translate(_("run {number}, profile {profile}, {devices} devices, ended {at}, started by {actor}"),
                    number=run.id, profile=kept.report.get("profile", ""), devices=run.devices, at=shown(run.finished),
                    actor=run.actor)  # fmt: skip
    yield "; ".join(f"{translate(words.VERDICTS[verdict])} {count}" for verdict, count in counted.items() if count)
    yield translate(_("the report's hash (SHA-256): {hash}"), hash=run.report)


def _clauses(report: Paper, kept: Kept) -> None:
    says(
        report,
        translate(_("By clause of {standard}, with the assessment units of {form}"), standard=STANDARD, form=FORM),
        13,
    )
    heads = [
        translate(head) for head in (_("assessment unit"), _("clause"), _("control point"), _("judgement"), _("checks"))
    ]
    body = [
        (
            clause.unit or "-",
            _number(clause),
            translate(clause.point),
            translate(words.VERDICTS[verdict]),
            str(len(held)),
        )
        for clause, verdict, held in kept.by_clause()
    ]
    rows(report, heads, body, (12, 12, 20, 10, 6), (4,))


def _number(clause: Clause) -> str:
    return f"{clause.id} ({clause.level_2})" if clause.level_2 else clause.id


def _clause(report: Paper, kept: Kept, clause: Clause, verdict: Verdict, results: list[Result], most: int) -> None:
    report.ln(3)
    head = f"{clause.unit or ''} {_number(clause)} {translate(clause.point)}: {translate(words.VERDICTS[verdict])}"
    says(report, head.strip(), 13)
    for result in results:
        says(
            report,
            f"{translate(words.VERDICTS[result.grade])} · {translate(result.check.title)} ({result.check.id})",
            10,
        )
        said = [point for point in result.points if point.verdict in _OPEN]
        for point in said[:most]:
            says(report, _finding(point), 8)
        if len(said) > most:
            says(report, translate(_("... and {more} more in the evidence"), more=len(said) - most), 8)
        says(report, f"SHA-256 {kept.evidence[result.check.id]}", 7)


def _finding(point: Point) -> str:
    cited = "; ".join(f"{line.section}:{line.line} {line.text}".lstrip(":") for line in point.lines[:LINES])
    fix = translate(_("enter: {lines}"), lines="; ".join(point.fix)) if point.fix else ""
    return "  " + " | ".join(part for part in (f"{point.subject}: {words.sentence(point)}", cited, fix) if part)
