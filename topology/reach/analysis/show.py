"""Prints an analysis of rules: the counts, then every finding with its packets, its line and the fix."""

from collections.abc import Iterator
from typing import Any

from countynet.console import out, table
from countynet.i18n import _, translate
from topology.reach.analysis.model import TITLES, Finding, Kind, Other, Report
from topology.reach.show import ACTIONS

SHOWN = 30
"""findings printed; the JSON document has all"""
NAMED = 8
"""other rules named with a finding; the JSON document has all"""
HOOKS = {"input": _("input"), "forward": _("forward"), "output": _("output"), "list": _("access list")}


def show(report: Report) -> None:
    """Print a report in the language of the context."""
    title = translate(
        _("{rules} rules in {filters} filters of {devices} devices, {seconds} s"),
        rules=report.rules, filters=report.filters, devices=report.devices, seconds=f"{report.seconds:.1f}",
    )  # fmt: skip
    rows = [(translate(title), report.count(kind)) for kind, title in TITLES.items()]
    table(title, [translate(_("finding")), translate(_("rules"))], rows)
    for line in (line for finding in report.findings[:SHOWN] for line in lines(finding)):
        out().print(line, soft_wrap=True, markup=False)
    for line in notes(report):
        out().print(line, soft_wrap=True, markup=False)


def notes(report: Report) -> Iterator[str]:
    """Yield what else has to be known of a report."""
    if len(report.findings) > SHOWN:
        yield translate(_("and {count} more: --json has all"), count=len(report.findings) - SHOWN)
    if report.held:
        words = _("{count} rules are wider than the policy needs; other filters hold the rest back (--json names them)")
        yield translate(words, count=len(report.held))
    if report.unknown:
        yield translate(_("not understood, so findings there are not sure: {count} lines"), count=len(report.unknown))
        yield from (f"  {line}" for line in report.unknown[:NAMED])
    for device, reason in list(report.uncounted.items())[:NAMED]:
        yield translate(_("{device}: its counters are not known: {reason}"), device=device, reason=reason)


def lines(finding: Finding) -> Iterator[str]:
    """Yield a finding as lines: where, what, the packets, who takes them, the text and the fix."""
    sure = "" if finding.sure else f" ({translate(_('not sure'))})"
    yield f"{finding.device} {where(finding)} {finding.rule}: {translate(TITLES[finding.kind])}{sure}"
    yield f"  {finding.says}"
    yield from (f"    {other(one)}" for one in finding.others[:NAMED])
    if len(finding.others) > NAMED:
        yield "    " + translate(_("and {count} more: --json has all"), count=len(finding.others) - NAMED)
    yield from labelled(_("packets"), (*finding.boxes, *(() if finding.whole else ("...",))))
    if finding.packet:
        yield f"  {translate(_('for example'))}: {finding.packet}"
    yield from labelled(_("stands at"), [f"{line.number}: {line.text.strip()}" for line in finding.lines])
    yield from labelled(_("mend with"), finding.fix)


def where(finding: Finding) -> str:
    """Return the filter and the place in words."""
    hook = translate(HOOKS[finding.hook])
    return " ".join(word for word in (hook, finding.interface, f"#{finding.place}") if word)


def labelled(title: str, found: Any) -> Iterator[str]:
    """Yield a title and lines below it; nothing if there are none."""
    items = list(found)
    if items:
        yield f"  {translate(title)}:"
        yield from (f"    {item}" for item in items)


def other(one: Other) -> str:
    """Return another rule in words."""
    name = f"#{one.place} {one.rule}" if one.place else translate(_("the filter's default"))
    return f"{name} ({translate(ACTIONS[one.action])}): {one.packet}"


def counts(report: Report) -> dict[str, int]:
    """Return the findings by kind."""
    return {kind.value: report.count(kind) for kind in Kind}


def document(report: Report) -> dict[str, Any]:
    """Return a report as JSON, each finding with its reason in the language of the context."""
    found = report.model_dump(mode="json")
    for item, finding in zip(found["findings"], report.findings, strict=True):
        item["says"] = finding.says
    return {"counts": counts(report)} | found
