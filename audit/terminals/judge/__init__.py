"""Judges what devices have around them against the inventory of terminals: six kinds of findings. Pure.

`Facts` is all that is known in one scan; `judge` gives it to each kind. A kind refuses to conclude from a port that
leads to another device, from a row that is older than three rounds, and from silence.
"""

from audit.terminals.judge.dual import find as dual
from audit.terminals.judge.facts import Allowance, Answer, Facts
from audit.terminals.judge.moved import find as moved
from audit.terminals.judge.router import find as router
from audit.terminals.judge.several import find as several
from audit.terminals.judge.tunnel import find as tunnel
from audit.terminals.judge.unknown import find as unknown
from audit.terminals.model import Suspicion

__all__ = ["KINDS", "Allowance", "Answer", "Facts", "judge"]

KINDS = (unknown, moved, several, router, dual, tunnel)


def judge(facts: Facts) -> tuple[Suspicion, ...]:
    """Return everything that is wrong, each thing once."""
    return tuple({one.key: one for find in KINDS for one in find(facts)}.values())
