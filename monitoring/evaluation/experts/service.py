"""The center enters what experts give for a period: who, how much of 100, and why. Nothing is deleted.

An expert may be somebody without an account (of the city's center, of a school), so the center enters it in that name;
who did is in the event. Entering again is changing one's mind. Everything that is wrong is told at once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from countynet import clock
from countynet.db import reading, transaction
from countynet.errors import BadInput, Conflict, NotAllowed, Problem
from countynet.events import record
from countynet.i18n import _
from countynet.people import Actor
from countynet.vocabulary import Role
from monitoring.evaluation.assess import Voice
from monitoring.evaluation.experts import store
from monitoring.evaluation.experts.store import ExpertScore
from monitoring.evaluation.period import Period
from monitoring.tags import EvaluationTag

NAME, REASON = 60, 1000
"""characters"""


@dataclass(frozen=True)
class Experts:
    """The service over a county's database."""

    engine: Engine

    def of(self, period: Period) -> tuple[Voice, ...]:
        """Return what stands for a period, by the experts' names."""
        with reading(self.engine) as session:
            return voices(store.standing(session, str(period)))

    def enter(self, actor: Actor, period: str, expert: str, score: str, reason: str) -> Voice:
        """Keep a score as it was typed. Raises NotAllowed (not the center), BadInput with every problem."""
        _may(actor)
        name, why, problems = _folded(expert), reason.strip(), list[Problem]()
        asked, given = _period(period, problems), _score(score, problems)
        problems += _words(name, why)
        if problems or asked is None or given is None:
            raise BadInput(problems)
        self._keep(actor, asked, name, given, why)
        return Voice(name, given, why)

    def take_back(self, actor: Actor, period: str, expert: str, reason: str) -> None:
        """Take an expert's score back. Raises NotAllowed, BadInput, Conflict when that expert gave none."""
        _may(actor)
        name, why, problems = _folded(expert), reason.strip(), list[Problem]()
        asked = _period(period, problems)
        problems += _words(name, why)
        if problems or asked is None:
            raise BadInput(problems)
        if name not in {voice.expert for voice in self.of(asked)}:
            raise Conflict(_("{expert} gave no score for {period}"), expert=name, period=asked)
        self._keep(actor, asked, name, None, why)

    def _keep(self, actor: Actor, period: Period, expert: str, score: float | None, reason: str) -> None:
        tag = EvaluationTag.EXPERT_SCORED if score is not None else EvaluationTag.EXPERT_TAKEN_BACK
        with transaction(self.engine) as session:
            row = ExpertScore(period=str(period), expert=expert, score=score, reason=reason, login=actor.name)
            row.at = clock.now()
            session.add(row)
            said = {"expert": expert, "score": score, "reason": reason}
            record(session, tag, actor.name, f"evaluation:{period}", said)


def voices(rows: Sequence[ExpertScore]) -> tuple[Voice, ...]:
    """Return scores that stand as the assessment wants them."""
    return tuple(Voice(row.expert, row.score, row.reason) for row in rows if row.score is not None)


def _may(actor: Actor) -> None:
    if actor.role is not Role.CENTER:
        raise NotAllowed(_("{actor} may not enter what experts give: that is for the center"), actor=actor.name)


def _folded(text: str) -> str:
    return " ".join(text.split())


def _period(text: str, problems: list[Problem]) -> Period | None:
    try:
        found = Period.parse(text)
    except BadInput as error:
        problems += error.problems
        return None
    if found.begins > clock.now():
        problems.append(Problem(_("that period has not begun"), where="period", found=str(found)))
    return found


def _score(text: str, problems: list[Problem]) -> float | None:
    try:
        found = round(float(text.strip()), 1)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 100:
        problems.append(Problem(_("that is no score"), where="score", found=text[:20], wanted="0-100"))
        return None
    return found


def _words(expert: str, reason: str) -> Iterator[Problem]:
    for where, text, most in (("expert", expert, NAME), ("reason", reason, REASON)):
        if not text:
            yield Problem(_("please fill this in"), where=where)
        if len(text) > most:
            yield Problem(_("at most {most} characters"), {"most": most}, where=where, found=str(len(text)))
