"""Checks on the proof of isolation from the fetched configurations, and on its certificate."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from audit.cite import Pattern, cite
from audit.facts import Facts
from audit.model import Check, Info, Line, Point, failed, passed, unknown
from countynet.i18n import _
from countynet.vocabulary import Severity
from topology.reach.findings import Finding, Verdict
from topology.reach.walk import Step

_NOT_PROVEN = _("isolation was not proven: {error}")
_OPEN = _("{source} reaches {target} beyond the policy: {packet}; way: {way}")
_EXPIRED = _("{source} reaches {target} by {rule}, which is over: {packet}; way: {way}")
_SHARED = _("{source} and {target} lie in one broadcast domain: everything passes, IPv6 too")
_BLOCKED = _("{source} does not reach {target}, which policy allows: {packet}; way: {way}")
_UNKNOWN = _("{source}: it cannot be told of {count} places, first for: {line}")
_MOST = 200
"""findings listed; the certificate among the evidence has all"""
_LINES = 2
"""lines of a configuration cited for one hop"""


def _proven(facts: Facts) -> Iterator[Point]:
    if facts.proven is None:
        yield unknown("county", _NOT_PROVEN, error=facts.proven_error)
        return
    proof = facts.proven.proof
    told = (f for f in proof.findings if f.verdict in (Verdict.OPEN, Verdict.BLOCKED))
    yield from (_point(facts, finding) for finding in islice(told, _MOST))
    dark = [f for f in proof.findings if f.verdict is Verdict.UNKNOWN]
    first = {finding.source: finding for finding in reversed(dark)}
    for source, count in Counter(f.source for f in dark).items():
        yield unknown(source, _UNKNOWN, source=source, count=count, line=next(iter(first[source].lines), ""))
    if not proof.findings:
        yield passed(
            "county", _("{pairs} pairs of places, over all packets: {isolated} isolated, {allowed} only as allowed"),
            pairs=len(proof.verdicts), isolated=proof.count(Verdict.ISOLATED), allowed=proof.count(Verdict.ALLOWED),
        )  # fmt: skip


def _point(facts: Facts, finding: Finding) -> Point:
    """Return a finding as a point, with the lines of the configurations that decide at each hop."""
    words = _BLOCKED
    if finding.verdict is Verdict.OPEN:
        words = _SHARED if finding.shared else _EXPIRED if finding.expired else _OPEN
    found = failed(
        finding.source, words, source=finding.source, target=finding.target, packet=finding.packet,
        way=" ".join(map(_hop, finding.path)), rule=finding.expired,
    )  # fmt: skip
    lines = tuple(line for step in finding.path if step.rule for line in _deciding(facts, step))
    return found.model_copy(update={"lines": lines})


def _hop(step: Step) -> str:
    """Return a hop in words of no language."""
    return f"{step.device}[{step.into}>{step.out} {step.hook}:{step.rule or '-'} {step.action}]"


def _deciding(facts: Facts, step: Step) -> Iterator[Line]:
    held = facts.devices.get(step.device)
    pattern = Pattern("*", rf"\b{re.escape(step.rule)}\b")
    for line in islice(cite(held.text, [pattern]), _LINES) if held else ():
        yield line.model_copy(update={"section": f"{step.device}:{line.section}"})


def _rechecked(facts: Facts) -> Iterator[Point]:
    if facts.proven is None or facts.proven.recheck is None:
        error = facts.proven.recheck_error if facts.proven else facts.proven_error
        yield unknown("county", _("the certificate of the proof was not checked: {error}"), error=error)
        return
    report = facts.proven.recheck
    for one in report["disagreed"][:_MOST]:
        yield failed(
            one["from"], _("{source} > {target}: the proof says {says}, the second program {found}; packet {packet}"),
            source=one["from"], target=one["to"], says=one["says"], found=one["found"], packet=one["packet"],
        )  # fmt: skip
    if not report["disagreed"]:
        yield passed(
            "county", _("{agreed} verdicts hold over {classes} classes of packets; certificate {sha256}"),
            agreed=report["agreed"], classes=report["classes"], sha256=facts.proven.sha256,
        )  # fmt: skip


CHECKS = (
    Check(
        Info(
            id="isolation-proven",
            title=_("Isolation is proven from what devices run, over all packets"),
            clauses=("8.1.2.1 c", "8.1.2.1 d", "8.1.3.1 a", "8.1.3.2 a"),
            severity=Severity.CRITICAL,
            rationale=_(
                "Probes find what they send; only a proof says of every packet, forged ones too, who it reaches."
            ),
            remedy=_("Run `countynet prove --of running` and mend the rule that lets the packet through at each hop."),
        ),
        _proven,
    ),
    Check(
        Info(
            id="proof-rechecked",
            title=_("A second program, which shares nothing with the prover, comes to the same verdicts"),
            clauses=("8.1.2.1 c", "8.1.3.1 a"),
            severity=Severity.MAJOR,
            rationale=_("An error in the prover would call a network isolated that is not."),
            remedy=_(
                "Take the certificate from the evidence, run `countynet recheck` on it and report what disagrees."
            ),
        ),
        _rechecked,
    ),
)
