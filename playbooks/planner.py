"""Plans for whoever found something wrong: entry point `countynet.planners`.

Nothing here is easier than a plan made by hand: who may is the rule of plans, approvals, guard and backup are theirs.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from countynet import clock
from countynet.fixes import Preview
from countynet.i18n import translate, translate_why
from countynet.people import Actor
from countynet.planners import AtOnce, Drawn, Standing
from countynet.settings import Settings
from playbooks.device.service import fetch
from playbooks.fixes import Intended
from playbooks.plan.at_once import apply_at_once, may_act
from playbooks.plan.book import Book, Entry
from playbooks.plan.make import Wish, adding
from playbooks.plan.model import DeviceState, PlanState
from playbooks.plan.proving import try_to_prove
from playbooks.plan.rules import STATES, may_change, standing
from playbooks.present import present_county

LEFT = (PlanState.OPEN, PlanState.APPLYING, PlanState.STOPPED)


class Plans:
    """The seam's one implementation (`countynet.planners.Planner`)."""

    def allow(self, actor: Actor) -> None:
        """Raise NotAllowed for whoever neither makes nor carries out changes."""
        may_change(actor.name, actor.role)

    def read(self, settings: Settings, devices: Sequence[str], actor: Actor) -> Mapping[str, str]:
        """Read what devices run now and keep it."""
        may_change(actor.name, actor.role)
        found = fetch(present_county(settings), settings, devices or None)
        return {name: translate_why(result.error) for name, result in found.items() if result.error}

    def intended(self, settings: Settings, devices: Sequence[str], actor: Actor) -> Drawn:
        """Make one plan that brings devices to what the inventory says."""
        found = Intended().check(settings, devices, actor, None)
        return _drawn(settings, found)

    def lines(self, settings: Settings, wanted: Mapping[str, Sequence[str]], about: str, actor: Actor) -> Drawn:
        """Make one plan of lines that no inventory says."""
        may_change(actor.name, actor.role)
        plan, left = adding(settings, Wish(actor.name, adds=about), wanted)
        if plan is not None:
            try_to_prove(settings, plan.number)
        why = {name: translate_why(error) for name, error in left.items()}
        return Drawn(None if plan is None else plan.number, why)

    def apply_now(self, settings: Settings, order: AtOnce, actor: Actor, told: Callable[[str, str], None]) -> Standing:
        """Apply a plan at once under an emergency."""
        return _standing(apply_at_once(settings, order, actor, told))

    def emergency(self, settings: Settings, number: int, actor: Actor) -> None:
        """Raise unless this person may act at once under an emergency now."""
        may_act(Book.open(settings), number, actor)

    def confirm(self, settings: Settings, plan: int, actor: Actor, note: str) -> None:
        """Say afterwards that a plan was rightly applied at once."""
        Book.open(settings).confirm(plan, actor, note)

    def standing(self, settings: Settings, plans: Collection[int]) -> Mapping[int, Standing]:
        """Return where plans stand."""
        return {entry.plan.number: _standing(entry) for entry in Book.open(settings).some(plans)}


def _drawn(settings: Settings, found: Preview) -> Drawn:
    if found.plan is None:
        return Drawn(None, {})
    try_to_prove(settings, found.plan)
    entry = Book.open(settings).get(found.plan)
    return Drawn(found.plan, {unread.device: unread.error for unread in entry.plan.unread})


def _standing(entry: Entry) -> Standing:
    plan, now = entry.plan, clock.now()
    return Standing(
        plan=plan.number,
        state=entry.state.value,
        says=translate(STATES[entry.state]),
        alive=entry.state in LEFT and plan.expires > now,
        have=len({approval.login for approval in standing(entry.approvals, now)}),
        need=plan.approvals,
        done=frozenset(name for name, device in entry.devices.items() if device.state is DeviceState.DONE),
    )
