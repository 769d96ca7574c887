"""What a plan opens and closes, as it was last proven and kept beside the plan, in the reader's language."""

from dashboard.services.plans import PlanProof, PlanShift
from playbooks.plan.proving import Proven
from topology.reach.shifts import Change, Shift
from topology.reach.show import in_words, notes, step, verdict_of

SHOWN = 20
"""shifts that a page shows; the command has all"""


def proof_view(found: Proven | None, *, busy: bool) -> PlanProof:
    """Return it for the page; `busy`: it is being proven anew."""
    if found is None:
        return PlanProof(busy=busy)
    change = found.change
    shifts = [*_shifts(change, opening=True), *_shifts(change, opening=False)]
    return PlanProof(
        busy=busy,
        at=found.at,
        good=change.good,
        says=verdict_of(change),
        shifts=tuple(shifts[:SHOWN]),
        more=max(0, len(shifts) - SHOWN),
        notes=tuple(notes(change, SHOWN)),
    )


def _shifts(change: Change, *, opening: bool) -> list[PlanShift]:
    """Return what opens or closes, what nobody should want first."""
    found = change.opens if opening else change.closes
    return [_shift(one, opening=opening) for one in sorted(found, key=lambda s: s.allowed is opening)]


def _shift(found: Shift, *, opening: bool) -> PlanShift:
    wanted = found.allowed is opening
    return PlanShift(opening, "pass" if wanted else "fail", in_words(found), tuple(map(step, found.path)))
