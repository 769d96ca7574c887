"""A plan of a day-two change: made once, taken up again by a rerun, applied as soon as it is approved.

A run ends where a plan waits for its approval, and says so; run again, it takes up the same plan: not begun or stopped
half-way, it does what is missing, stale or expired it is made anew and asks anew. How each device came out is a result
of the run, so that a rerun is about those that failed.
"""

from collections.abc import Callable, Iterator, Sequence

from countynet import clock
from countynet.errors import BadInput, Conflict, DeviceError
from countynet.i18n import _, translate, translate_error
from playbooks.backup.around import apply
from playbooks.plan.book import Book, Entry
from playbooks.plan.make import NOTHING, Wish, make
from playbooks.plan.model import DeviceState, Plan, PlanState
from playbooks.plan.proving import lines_of, try_to_prove
from playbooks.plan.rules import STATES, lacks
from playbooks.plan.settle import STATES as DEVICE_STATES
from playbooks.plan.show import lines
from playbooks.runner.programs.work import Ended, Work
from playbooks.servers.run import Heard, HostResult

ALIVE = (PlanState.OPEN, PlanState.STOPPED, PlanState.APPLYING)
LEFT_OUT = _("is not in the plan: {why}")
NOTHING_LEFT = _("There is nothing to change.")
Making = Callable[[Wish], Plan]


def intended(work: Work, names: Sequence[str]) -> Making:
    """Return what makes the plan that brings devices to the inventory's last commit."""
    only = [f"name={','.join(names)}"]
    return lambda wish: make(work.settings, wish, only, cancelled=work.cancelled)


def carried(work: Work, making: Making, wish: Wish | None = None) -> Ended:
    """Have a plan made, or take up the run's own, and apply it. Raises what making and applying raise."""
    book = Book.open(work.settings)
    entry = taken_up(book, work.plan)
    if entry is None:
        try:
            plan = making(wish or Wish(work.actor.name))
        except Conflict as error:
            if error.message == NOTHING:
                return Ended(True, words=translate(NOTHING_LEFT))
            raise
        try_to_prove(work.settings, plan.number)
        entry = book.get(plan.number)
        for line in (*lines(entry), *lines_of(work.settings, entry)):
            work.heard(Heard(line))
    if waits := waiting(entry):
        return Ended(False, left_out(entry.plan), waits, entry.plan.number, waits=True)
    work.cuts(())
    entry = apply(
        work.settings,
        entry.plan.number,
        lambda device, text: work.heard(Heard(text, device)),
        actor=work.actor.name,
        cancelled=work.cancelled,
    )
    return ended(entry)


def taken_up(book: Book, number: int | None) -> Entry | None:
    """Return the plan of an earlier run while it can be applied, else None."""
    if number is None:
        return None
    try:
        entry = book.get(number)
    except BadInput:
        return None
    return entry if entry.state in ALIVE and entry.plan.expires > clock.now() else None


def waiting(entry: Entry) -> str:
    """Return why a plan cannot be applied yet, in the language of the context; empty when it can."""
    lacking = lacks(entry.plan, entry.approvals, clock.now())
    return translate_error(lacking) if lacking else ""


def ended(entry: Entry) -> Ended:
    """Return how a plan that was applied came out, device by device."""
    hosts = (*(_device(name, device.state, device.error) for name, device in entry.devices.items()),)
    said = translate(_("plan {plan}: {state}"), plan=entry.plan.number, state=translate(STATES[entry.state]))
    good = entry.state is PlanState.DONE and not entry.plan.unread
    return Ended(good, (*hosts, *left_out(entry.plan)), said, entry.plan.number)


def left_out(plan: Plan) -> tuple[HostResult, ...]:
    """Return the devices that a plan had to leave out, each with the reason."""
    return tuple(HostResult(one.device, error=DeviceError(one.device, LEFT_OUT, why=one.error)) for one in plan.unread)


def _device(name: str, state: DeviceState, why: str) -> HostResult:
    if state is DeviceState.DONE:
        return HostResult(name, ok=1, changed=1)
    return HostResult(
        name, error=DeviceError(name, _("{state}: {why}"), state=translate(DEVICE_STATES[state]), why=why)
    )


def named(names: Sequence[str], shown: int = 12) -> str:
    """Return names for a sentence, the first few and how many more."""
    more = len(names) - shown
    return ", ".join(names[:shown]) + (translate(_(" and {more} more"), more=more) if more > 0 else "")


def indented(text: str, shown: int = 40) -> Iterator[str]:
    """Yield the lines of a difference, indented, at most so many."""
    found = text.splitlines()
    yield from (f"  {line}" for line in found[:shown])
    if len(found) > shown:
        yield translate(_("  ... {more} more lines"), more=len(found) - shown)
