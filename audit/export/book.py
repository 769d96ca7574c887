"""A run as a workbook: clauses, checks, findings with what to enter. The same run gives the same bytes."""

from collections.abc import Iterator

from audit import words
from audit.export.source import Kept
from countynet.i18n import _, translate
from countynet.sheets import book, content, fill


def workbook(kept: Kept) -> bytes:
    """Return the xlsx, in the language of the context."""
    made, first = book()
    first.title = translate(_("Clauses"))
    fill(
        first,
        _words(_("assessment unit"), _("clause"), _("level 2"), _("control point"), _("judgement"), _("checks")),
        _clauses(kept),
    )
    checks = made.create_sheet(translate(_("Checks")))
    fill(
        checks,
        _words(_("check"), _("what it asks"), _("verdict"), _("severity"), _("clauses"), _("evidence")),
        _checks(kept),
    )
    found = made.create_sheet(translate(_("Findings")))
    fill(found, _words(_("check"), _("subject"), _("verdict"), _("finding"), _("lines"), _("enter")), _findings(kept))
    if records := kept.records:
        held = made.create_sheet(translate(_("Records")))
        fill(held, _words(_("record"), _("evidence")), records.items())
    return content(made)


def _words(*heads: str) -> list[str]:
    return [translate(head) for head in heads]


def _clauses(kept: Kept) -> Iterator[list[object]]:
    for clause, verdict, held in kept.by_clause():
        point, said = translate(clause.point), translate(words.VERDICTS[verdict])
        yield [clause.unit, clause.id, clause.level_2, point, said, len(held)]


def _checks(kept: Kept) -> Iterator[list[object]]:
    for result in kept.results:
        info, said = result.check, translate(words.VERDICTS[result.grade])
        severity = translate(words.SEVERITIES[info.severity])
        yield [info.id, translate(info.title), said, severity, ", ".join(info.clauses), kept.evidence[info.id]]


def _findings(kept: Kept) -> Iterator[list[object]]:
    for result in kept.results:
        for point in result.points:
            lines = "\n".join(f"{line.section}:{line.line} {line.text}".lstrip(":") for line in point.lines)
            said = translate(words.VERDICTS[point.verdict])
            yield [result.check.id, point.subject, said, words.sentence(point), lines, "\n".join(point.fix)]
