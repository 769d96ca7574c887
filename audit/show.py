"""Prints audit runs on the terminal."""

from collections.abc import Sequence

from audit.catalogue import MAKERS
from audit.model import Info
from audit.read import RunView
from audit.sample import Sample
from audit.words import SEVERITIES, VERDICTS, sentence
from countynet.console import out, table
from countynet.i18n import _, translate
from countynet.vocabulary import Verdict

_SHOWN = 5


def show(run: RunView) -> None:
    """Print one run: a line per check, and of those that do not pass the worst points."""
    columns = [_("verdict"), _("check"), _("severity"), _("clauses"), _("pass"), _("fail"), _("unknown")]
    rows = [
        (translate(VERDICTS[c.grade]), c.title, translate(SEVERITIES[c.info.severity]), ", ".join(c.info.clauses),
         c.passed, c.failed, c.unknown)
        for c in run.checks
    ]  # fmt: skip
    title = _("Audit {run}") if run.id else _("A look at {count} devices")
    table(translate(title, run=run.id, count=run.devices), [translate(c) for c in columns], rows)
    for check in run.checks:
        bad = [p for p in check.points if p.verdict not in (Verdict.PASS, Verdict.NOT_APPLICABLE)]
        for point in bad[:_SHOWN]:
            out().print(f"{translate(VERDICTS[point.verdict])} {check.info.id} {point.subject}: {sentence(point)}")
    if not run.id:
        out().print(translate(_("a look at some devices is not kept as an audit")))
        return
    line = _("{passed} checks pass, {failed} fail, {unknown} unknown; the report is {report} among the evidence")
    out().print(translate(line, passed=run.passed, failed=run.failed, unknown=run.unknown, report=run.report[:12]))


def show_checks(infos: Sequence[Info]) -> None:
    """Print a line per check of the catalogue."""
    columns = [_("check"), _("what it asks"), _("of"), _("severity"), _("clauses")]
    rows = [
        (i.id, translate(i.title), ", ".join(MAKERS[p] for p in i.platforms) or translate(_("all")),
         translate(SEVERITIES[i.severity]), ", ".join(i.clauses))
        for i in infos
    ]  # fmt: skip
    table(translate(_("{count} checks"), count=len(rows)), [translate(c) for c in columns], rows)


def show_sample(found: Sample) -> None:
    """Print a line per device that was drawn, and below it what is not as reported."""
    columns = [_("device"), _("as reported"), _("same text"), _("changed since")]
    words = {True: translate(_("yes")), False: translate(_("no"))}
    rows = [(d.name, d.error or words[d.as_reported], words[d.same_text], "; ".join(d.since)) for d in found.devices]
    title = translate(_("Sample by seed {seed} against run {run}"), seed=found.seed, run=found.run)
    table(title, [translate(column) for column in columns], rows)
    for device in found.devices:
        for mark, part in (("+", device.appeared), ("-", device.gone)):
            for one in part:
                out().print(f"{mark} {device.name} {one.check}: {sentence(one.point)}")


def show_runs(runs: Sequence[RunView]) -> None:
    """Print a line per run."""
    columns = [_("number"), _("time"), _("run by"), _("pass"), _("fail"), _("unknown"), _("report")]
    rows = [
        (r.id, r.started.isoformat(timespec="seconds"), r.actor, r.passed, r.failed, r.unknown, r.report) for r in runs
    ]
    table(translate(_("Audits")), [translate(c) for c in columns], rows)
