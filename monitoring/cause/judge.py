"""Evidence in, verdict out. Pure: the same evidence gives the same verdict, whoever asks and whenever."""

from monitoring.cause import showing
from monitoring.cause.evidence import Evidence
from monitoring.cause.rules import RULES, Rule
from monitoring.cause.verdict import Said, Verdict


def judge(known: Evidence) -> Verdict:
    """Return the verdict of the first rule that fits; every kind has one that always does."""
    rule = next(r for r in RULES if known.kind in r.kinds and r.when(known))
    return Verdict(rule.name, rule.domain, Said(rule.cause), showing.everything(known), _missing(rule))


def _missing(rule: Rule) -> tuple[Said, ...]:
    """Return what the rule names as missing."""
    return tuple(Said(message) for message in rule.missing)
