"""Looks for the remedy of a fault, checks it, does it. Every look and every try is an event of the fault.

It has no rights of its own: the action asks for the person's (a plan still needs the center's approval).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Engine

from countynet.canonical import JSON
from countynet.db import reading, transaction
from countynet.errors import Conflict, CountyError, NotAllowed
from countynet.events import record
from countynet.fixes import Action, Outcome, Preview, Told, action
from countynet.i18n import _, translate, translate_error
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory.model import County
from monitoring.cause.verdict import Verdict
from monitoring.faults.desk.service import Desk, Item
from monitoring.faults.fix.model import Case, Remedy, fitting, load, subjects
from monitoring.faults.rules import STATES, WORKING
from monitoring.faults.store import Fault, events
from monitoring.tags import FaultTag

_T = TypeVar("_T")
FIXERS = (Role.CENTER, Role.OPERATOR)
LONGEST = 4000
"""characters of what an action said, in an event"""


@dataclass(frozen=True)
class Look:
    """A remedy that fits, and what it would change."""

    fault: int
    remedy: Remedy
    names: tuple[str, ...]
    preview: Preview

    def document(self) -> dict[str, JSON]:
        """Return it as JSON."""
        return {
            "fault": self.fault,
            "remedy": self.remedy.name,
            "says": self.remedy.says.text(),
            "action": self.remedy.action,
            "about": list(self.names),
            "would_change": list(self.preview.lines),
            "plan": self.preview.plan,
            "waits": self.preview.waits,
        }


@dataclass(frozen=True)
class Fix:
    """The service over a county's folder and database."""

    settings: Settings
    engine: Engine
    find: Callable[[str], Action] = action
    """where actions come from"""

    def look(self, county: County, fault: int, who: Actor) -> Look:
        """Return the remedy that fits a fault and what it would change; touches no device.

        Raises NotAllowed, Conflict when none fits or the fault is not worked on, and what the action raises.
        """
        if who.role not in FIXERS:
            raise NotAllowed(_("{actor} may not do this: it is for the center and the operator"), actor=who.name)
        item = Desk(self.settings, self.engine).one(county, fault, who)
        if item.fault.state not in WORKING:
            state = translate(STATES[item.fault.state])
            raise Conflict(_("the fault is {state} now, and this step has no place there"), state=state)
        case = case_of(county, item)
        remedy = fitting(load(self.settings.county), case)
        if remedy is None:
            raise Conflict(_no_remedy(item.verdict), **_values(fault, item.verdict))
        names = subjects(county, remedy.about, case)
        if not names:
            raise Conflict(
                _("remedy {remedy} fits fault {fault}, but no device of the inventory is known to be the one"),
                remedy=remedy.name,
                fault=fault,
            )
        preview = self._tried(
            fault,
            remedy,
            names,
            who,
            lambda: self.find(remedy.action).check(self.settings, names, who, self._plan(fault)),
        )
        self._log(fault, remedy, names, who, "check", {"plan": preview.plan, "changes": len(preview.lines)})
        return Look(fault, remedy, names, preview)

    def run(self, found: Look, who: Actor, told: Told) -> Outcome:
        """Do it. Raises what the action raises, after it is written down."""
        outcome = self._tried(
            found.fault,
            found.remedy,
            found.names,
            who,
            lambda: self.find(found.remedy.action).run(self.settings, found.names, found.preview, who, told),
        )
        said: dict[str, JSON] = {"good": outcome.good, "words": outcome.words[:LONGEST], "plan": found.preview.plan}
        self._log(found.fault, found.remedy, found.names, who, "run", said)
        return outcome

    def _tried(self, fault: int, remedy: Remedy, names: tuple[str, ...], who: Actor, act: Callable[[], _T]) -> _T:
        try:
            return act()
        except CountyError as error:
            said: dict[str, JSON] = {"good": False, "words": translate_error(error)[:LONGEST]}
            self._log(fault, remedy, names, who, "refused", said)
            raise

    def _plan(self, fault: int) -> int | None:
        """Return the plan that was made for this fault last."""
        with reading(self.engine) as session:
            tried = [e.data.get("plan") for e in events(session, fault) if e.tag == FaultTag.FIX_TRIED]
        return next((number for number in reversed(tried) if isinstance(number, int)), None)

    def _log(
        self, fault: int, remedy: Remedy, names: tuple[str, ...], who: Actor, mode: str, said: dict[str, JSON]
    ) -> None:
        note = f"{remedy.says.text()} ({', '.join(names)})"
        data: dict[str, JSON] = {"remedy": remedy.name, "mode": mode, "about": list(names), "note": note, **said}
        with transaction(self.engine) as session:
            record(session, FaultTag.FIX_TRIED, who.name, f"fault:{fault}", data)


def case_of(county: County, item: Item) -> Case:
    """Return what is known of a fault that a remedy is looked for."""
    circuit = county.circuit_by_unit.get(item.fault.unit)
    return Case(
        unit=item.fault.unit,
        rule=item.verdict.rule if item.verdict else "",
        domain=item.verdict.domain if item.verdict else None,
        access=circuit.access if circuit else None,
        command=item.known.text.command if item.known else "",
        named=tuple(_named(item.verdict, item.fault)),
    )


def _named(verdict: Verdict | None, fault: Fault) -> list[str]:
    said = [one.values.get("device") for one in verdict.evidence] if verdict else []
    alarm = [fault.alarm.device] if fault.alarm is not None else []
    return [name for name in (*said, *alarm) if isinstance(name, str)]


def _no_remedy(verdict: Verdict | None) -> str:
    if verdict is None:
        return _("no remedy fits fault {fault}: nobody judged it yet, and the knowledge base names no command")
    return _("no remedy fits fault {fault}: {cause}; a person has to go there")


def _values(fault: int, verdict: Verdict | None) -> dict[str, object]:
    return {"fault": fault} if verdict is None else {"fault": fault, "cause": verdict.cause.text()}
