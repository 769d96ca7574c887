"""A rule's alarm in words. Pure.

The sentence is the rule's own, in both languages, with its numbers filled in when the alarm opens; the alarm keeps both
and shows the reader's.
"""

from countynet.i18n import _
from monitoring.alarms.service import Trouble
from monitoring.rules.engine import Subject
from monitoring.rules.judge import Finding
from monitoring.rules.model import Absence, Baseline, Flap, Rate, Rule, Threshold
from monitoring.rules.reading import METRICS

SENTENCE = _("{said_en}{said:.0}")
"""English readers get the first, Chinese ones the other (`.0` prints nothing of it)"""
_STEPS = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


def trouble(rule: Rule, subject: Subject, finding: Finding) -> Trouble:
    """Return what the alarm says."""
    places = _places(rule, subject, finding)
    return Trouble(
        key=subject.alarm,
        severity=rule.severity,
        subject=subject.key.device[:64],
        message=SENTENCE,
        values={
            "said_en": rule.text.format(**places),
            "said": rule.text_zh.format(**places),
            "rule": rule.name,
            "reading": rule.reading,
            "part": subject.key.part,
            "value": finding.value,
            "changes": finding.changes,
        },
        device=subject.key.device[:64],
    )


def _places(rule: Rule, subject: Subject, finding: Finding) -> dict[str, object]:
    unit = METRICS[rule.reading].unit
    bits = unit == "bit/s"
    return {
        "device": subject.key.device,
        "part": subject.key.part or subject.key.device,
        "value": scaled(finding.value) if bits else number(finding.value),
        "unit": unit,
        "limit": number(_limit(rule)),
        "seconds": f"{finding.seconds:.0f}",
        "changes": finding.changes,
        "usual": "-" if finding.usual is None else scaled(finding.usual) if bits else number(finding.usual),
        "weeks": finding.weeks,
    }


def _limit(rule: Rule) -> float:
    if isinstance(rule, Threshold):
        return rule.limit
    if isinstance(rule, Rate):
        return rule.above
    if isinstance(rule, Flap):
        return float(rule.changes)
    return float(rule.lasting) if isinstance(rule, Absence) else rule.floor if isinstance(rule, Baseline) else 0.0


def number(value: float) -> str:
    """Return a number for people: whole ones whole, others with one digit, never in powers of ten."""
    return f"{value:.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:.1f}"


def scaled(value: float) -> str:
    """Return a large number with its thousands as a letter, to stand before a unit."""
    for step, letter in _STEPS:
        if abs(value) >= step:
            return f"{value / step:.1f} {letter}"
    return number(value)
