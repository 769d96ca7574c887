"""How gently a device is asked: a ladder of four steps, climbed when it suffers, descended when it is well. Pure.

A switch at 100 % because of us is a defect of ours (librenms#17452: port polling drove an S6720 there). Nobody can see
from outside whose fault the load is, so we step back whoever's it is: at 80 % one step, at 95 % two. A device that
takes four times as long for a value as it usually does is taken for loaded too, since many do not tell their load.
After three rounds in a row below 60 % and at its usual speed it is asked one step more briskly; if it suffers again
soon after such a step, it has to be well for twice as long before the next one, so that nobody swings for ever.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

from countynet.i18n import _

BUSY, FULL, WELL = 80.0, 95.0, 60.0
"""percent of the processor"""
SLOWLY = 4.0
"""times the usual time for a value"""
_NOTICEABLE = 0.002
"""seconds for a value below which nobody is called slow"""
_ROUNDS, _MOST_ROUNDS = 3, 240
_SOON = 20
"""rounds after a step back in which suffering is put down to it"""
_ADAPT = 0.1
LOADED = _("its processor is at {figure} %")
SLOWED = _("it answers {figure} times more slowly than usual")


class Step(NamedTuple):
    """How a device is asked."""

    rest: float
    """pause after each answer, in times of how long the answer took"""
    most: int
    """values asked for at once"""
    every: int
    """of so many rounds it is asked in one"""


LADDER = (Step(0.0, 128, 1), Step(1.0, 40, 1), Step(4.0, 20, 2), Step(9.0, 10, 4))


@dataclass(frozen=True)
class Care:
    """How a device is."""

    level: int = 0
    why: str = ""
    """why it is spared, a message id with {figure}; empty at level 0"""
    figure: float = 0.0
    usual: float = 0.0
    """seconds for a value, while it is not spared"""
    well: int = 0
    """rounds in a row in which it was well"""
    patience: int = _ROUNDS
    """rounds in a row in which it has to be well"""
    trial: int = _SOON
    """rounds since the last step back"""

    @property
    def step(self) -> Step:
        """Return how it is asked."""
        return LADDER[self.level]


def felt(before: Care, cpu: float | None, per_value: float) -> Care:
    """Return the care after a round; `cpu` in percent where the device says it, `per_value` its seconds for a value."""
    slower = per_value / before.usual if before.usual and per_value > _NOTICEABLE else 0.0
    if cpu is not None and cpu >= BUSY:
        return _up(before, 2 if cpu >= FULL else 1, LOADED, round(cpu))
    if slower >= SLOWLY:
        return _up(before, 1, SLOWED, round(slower, 1))
    trial = min(_SOON, before.trial + 1)
    if before.level == 0:
        usual = before.usual + (per_value - before.usual) * _ADAPT if before.usual else per_value
        return Care(usual=usual, patience=before.patience, trial=trial)
    well = before.well + 1 if cpu is None or cpu < WELL else 0
    if well < before.patience:
        return replace(before, well=well, trial=trial)
    return _down(before)


def _up(before: Care, steps: int, why: str, figure: float) -> Care:
    relapsed = before.trial < _SOON
    patience = min(_MOST_ROUNDS, 2 * before.patience) if relapsed else _ROUNDS
    return Care(min(len(LADDER) - 1, before.level + steps), why, figure, before.usual, patience=patience)


def _down(before: Care) -> Care:
    level = before.level - 1
    why, figure = (before.why, before.figure) if level else ("", 0.0)
    return Care(level, why, figure, before.usual, patience=before.patience, trial=0)
