"""What several kinds of records share: the step that adds words and photographs, and small judgements. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from audit.records.model import Paper, Said, Step
from countynet.errors import BadInput, Problem
from countynet.i18n import _
from countynet.people import Actor
from countynet.vocabulary import Role

CENTER = frozenset({Role.CENTER})
BOTH = frozenset({Role.CENTER, Role.OPERATOR})
SEES = frozenset({Role.CENTER, Role.AUDITOR})
CLOCKS = timedelta(minutes=5)
"""by how much two clocks may differ: what was typed a moment ago is not in the future"""


def _as_it_is(paper: Paper, _said: Said, _actor: Actor, _now: datetime) -> Paper:
    return paper


REMARK = Step(
    "remark", _("Add words or photographs"), BOTH, lambda _paper: True, _as_it_is, note=True, photographs=True
)


def not_yet(where: str, at: datetime | None, now: datetime) -> Iterator[Problem]:
    """Yield a problem for a time that has not come."""
    if at is not None and at > now + CLOCKS:
        yield Problem(_("that has not been yet"), where=where, found=at.isoformat(timespec="minutes"))


def ordered(where: str, first: datetime | None, then: datetime | None) -> Iterator[Problem]:
    """Yield a problem for an end before its begin."""
    if first is not None and then is not None and then < first:
        yield Problem(_("it ends before it begins"), where=where)


def refuse(problems: Iterator[Problem]) -> None:
    """Raise BadInput with all problems, if there is any."""
    if found := list(problems):
        raise BadInput(found)
