"""Runs as they are kept: ask for one, carry out what was looked at, agree, refuse, cancel, begin, end.

Every write is an event in the same transaction. Nothing here runs anything: `dispatch` begins what is queued and
`process` carries it out. A change of something that can be looked at before is only taken with a look that ended well
within the last day, asked for by the same person, with the same values: what was seen is what is done.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from countynet import clock, tellings
from countynet.canonical import JSON
from countynet.db import reading, transaction
from countynet.errors import BadInput, Conflict, NotAllowed, Problem
from countynet.events import record
from countynet.i18n import _, language
from countynet.people import Actor
from countynet.secrets import seal
from countynet.settings import Settings
from inventory.model import County
from playbooks.runner import catalogue, form, frozen, reserved, states, store, within
from playbooks.runner.defaults import bound
from playbooks.runner.model import Playbook
from playbooks.runner.programs import program_of
from playbooks.runner.programs.work import Ended
from playbooks.runner.run import HostEnd, Line, Run, run_of
from playbooks.runner.states import AGREED, STATES, UNENDED, RunState
from playbooks.runner.store import RunDefaultRow, RunHostRow, RunRow
from playbooks.tags import RunTag

ENDS = {
    RunState.DONE: RunTag.DONE,
    RunState.FAILED: RunTag.FAILED,
    RunState.CANCELLED: RunTag.CANCELLED,
    RunState.REFUSED: RunTag.REFUSED,
    RunState.EXPIRED: RunTag.EXPIRED,
    RunState.BROKEN: RunTag.BROKEN,
}
TOLD_DONE = _("playbook {playbook}, run {run}: done")
TOLD_NOT = _("playbook {playbook}, run {run} did not end well: {words}")


def touches(
    settings: Settings, county: County, playbook: Playbook, values: Mapping[str, str], actor: Actor
) -> tuple[str, ...]:
    """Return the devices and servers that a run lays hold of. Raises BadInput, NotAllowed for what is not theirs.

    Whoever names no server for a playbook of servers means all that are theirs.
    """
    named = form.targets(playbook, values)
    found = program_of(playbook).touches(county, playbook, named)
    if playbook.program.startswith(reserved.SERVERS):
        found = reserved.allowed(settings, county, playbook, named, found, actor)
    able = within.allowed(county, playbook, actor)
    if able is not None and not named and playbook.program.startswith(reserved.SOME):
        found = tuple(name for name in found if name in able)
    within.refuse_beyond(county, playbook, actor, found)
    return found


def would_touch(
    settings: Settings, county: County, playbook: Playbook, actor: Actor, given: Mapping[str, str] | None = None
) -> tuple[str, ...] | None:
    """Return what a run with some values, else the defaults, would lay hold of; None when the form asks for more."""
    try:
        look_up = bound(settings, county, playbook)
        return touches(settings, county, playbook, form.filled(playbook, given or {}, county, actor, look_up), actor)
    except (BadInput, NotAllowed):
        return None


def judged(
    settings: Settings, county: County, name: str, given: Mapping[str, str], actor: Actor
) -> tuple[Playbook, form.Answers, tuple[str, ...]]:
    """Return a playbook, its form's values and what it lays hold of. Raises BadInput, NotAllowed."""
    playbook = catalogue.playbook(settings.county, name)
    states.may_start(playbook, actor)
    found = form.answered(playbook, given, county, actor, bound(settings, county, playbook))
    return playbook, found, touches(settings, county, playbook, found.values, actor)


def ask(settings: Settings, engine: Engine, county: County, name: str, given: Mapping[str, str], actor: Actor) -> Run:
    """Ask for a run: a look where the playbook can look, else the run itself.

    Raises BadInput, NotAllowed; Conflict for a change that cannot look in a freeze period.
    """
    playbook, answers, found = judged(settings, county, name, given, actor)
    if not playbook.checks:
        frozen.may_ask(settings, engine, playbook, found)
    values = answers.values
    values |= {n: seal(settings, values[n]).decode() for n in playbook.secrets if values.get(n)}
    defaulted = {n: one.told for n, one in answers.defaulted.items()}
    with transaction(engine) as session:
        return _asked(session, playbook, values, found, actor, looks=playbook.checks, defaulted=defaulted)


def carry_out(engine: Engine, number: int, actor: Actor) -> Run:
    """Ask for the change that a look has shown. Raises BadInput, NotAllowed, Conflict when the look does not count."""
    with transaction(engine) as session:
        row = _row(session, number)
        playbook = Playbook.model_validate(row.description)
        states.may_start(playbook, actor)
        states.may_touch(actor, row.actor)
        if not row.looks:
            raise Conflict(_("run {run} is no look"), run=number)
        if row.state != RunState.DONE or row.ended is None or clock.now() - row.ended > AGREED:
            raise Conflict(_("run {run} did not end well within the last day: look again"), run=number)
        run = _asked(session, playbook, row.given, row.targets, actor, looks=False, follows=number)
        _row(session, run.number).plan = row.plan
        return run


def again(engine: Engine, number: int, actor: Actor) -> Run:
    """Ask for a run again on the hosts that failed, of all when none is known. Raises as `carry_out` does."""
    with transaction(engine) as session:
        row = _row(session, number)
        playbook = Playbook.model_validate(row.description)
        states.may_start(playbook, actor)
        states.may_touch(actor, row.actor)
        if row.state not in (RunState.FAILED, RunState.CANCELLED, RunState.BROKEN):
            raise Conflict(_("run {run} has not failed"), run=number)
        failed = [host.host for host in store.hosts(session, number) if host.error]
        run = _asked(session, playbook, row.given, failed or row.targets, actor, looks=row.looks, follows=number)
        _row(session, run.number).plan = row.plan
        return run


def approve(engine: Engine, number: int, actor: Actor, schedule: int | None = None) -> Run:
    """Agree to a run, by hand or by having agreed to a schedule. Raises NotAllowed, Conflict unless it waits."""
    with transaction(engine) as session:
        row = _waiting(session, number, actor)
        row.state, row.approver, row.approved = RunState.QUEUED.value, actor.name, clock.now()
        data: dict[str, JSON] = {"playbook": row.playbook, **({"schedule": schedule} if schedule else {})}
        record(session, RunTag.APPROVED, actor.name, _subject(number), data)
        return run_of(row)


def withdraw(engine: Engine, number: int, by: str) -> bool:
    """Cancel a run that has not begun; returns whether that was so."""
    with transaction(engine) as session:
        row = _row(session, number)
        if row.state not in (RunState.WAITING, RunState.QUEUED):
            return False
        row.cancel_by, row.cancel_asked = by, clock.now()
        _end(session, row, RunState.CANCELLED, "", by)
        return True


def refuse(engine: Engine, number: int, actor: Actor, reason: str) -> Run:
    """Refuse a run, with the reason. Raises NotAllowed, BadInput without one, Conflict unless it waits."""
    if not reason.strip():
        raise BadInput([Problem(_("a reason is missing"), where="reason")])
    with transaction(engine) as session:
        row = _waiting(session, number, actor)
        row.approver = actor.name
        _end(session, row, RunState.REFUSED, reason.strip(), actor.name)
        return run_of(row)


def cancel(engine: Engine, number: int, actor: Actor) -> Run:
    """Cancel a run that waits, or have one that runs stop. Raises NotAllowed, Conflict when it has ended."""
    with transaction(engine) as session:
        row = _row(session, number)
        states.may_touch(actor, row.actor)
        if RunState(row.state) not in UNENDED:
            raise Conflict(_("run {run} has ended already"), run=number)
        row.cancel_by, row.cancel_asked = actor.name, clock.now()
        if row.state == RunState.RUNNING:
            record(session, RunTag.CANCEL_ASKED, actor.name, _subject(number), {"playbook": row.playbook})
        else:
            _end(session, row, RunState.CANCELLED, "", actor.name)
        return run_of(row)


def begin(session: Session, row: RunRow) -> None:
    """Mark a queued run as running, within the dispatcher's transaction."""
    row.state, row.started = RunState.RUNNING.value, clock.now()
    record(session, RunTag.STARTED, row.actor, _subject(row.id), {"playbook": row.playbook, "looks": row.looks})


def ended(engine: Engine, number: int, state: RunState, end: Ended, hosts: Sequence[HostEnd] = ()) -> None:
    """Keep how a run ended, its hosts, and have people told. Nothing happens when it has ended before."""
    with transaction(engine) as session:
        row = _row(session, number)
        if RunState(row.state) not in UNENDED:
            return
        row.plan = end.plan or row.plan
        for host in hosts:
            session.add(RunHostRow(run=number, host=host.host, ok=host.ok, changed=host.changed, error=host.error))
        figures: dict[str, JSON] = {"hosts": len(hosts), "failed": [host.host for host in hosts if host.error]}
        _end(session, row, state, end.words, row.cancel_by or row.actor, figures)
        _tell(session, row)


def held(session: Session, row: RunRow, words: str, by: str) -> None:
    """End a queued run that may not begin, and what keeps it from that, within the dispatcher's transaction."""
    _end(session, row, RunState.REFUSED, words, by)
    _tell(session, row)


def expire(session: Session, row: RunRow, now: datetime) -> bool:
    """End a run that the center has not agreed to in time; returns whether it did."""
    if row.state != RunState.WAITING or now - row.asked < AGREED:
        return False
    _end(session, row, RunState.EXPIRED, "", "schedule")
    _tell(session, row)
    return True


def get(engine: Engine, number: int) -> Run:
    """Return a run with its hosts. Raises BadInput when there is none of that number."""
    with reading(engine) as session:
        defaulted = store.defaults(session, [number]).get(number)
        return run_of(_row(session, number), store.hosts(session, number), defaulted)


def newest(
    engine: Engine, actor: Actor, limit: int = 50, playbook: str = "", asker: str = "", state: str = "",
    before: int = 0,
) -> tuple[Run, ...]:  # fmt: skip
    """Return the newest runs that somebody is shown, of one playbook, one person, in one state, before one if given."""
    size, found = limit * 4, list[Run]()
    with reading(engine) as session:
        while len(found) < limit:
            rows = store.newest(session, size, playbook, asker, state, before, actor.clerk_of or "")
            defaulted = store.defaults(session, [row.id for row in rows])
            seen = (run_of(row, (), defaulted.get(row.id)) for row in rows)
            found += [run for run in seen if run.seen_by(actor)]
            if len(rows) < size:
                break
            before = rows[-1].id
    return tuple(found[:limit])


def about(engine: Engine, actor: Actor, field: str, value: str, limit: int) -> tuple[Run, ...]:
    """Return the newest runs that somebody is shown in whose launch form a field had a value, without their hosts."""
    with reading(engine) as session:
        runs = [run_of(row) for row in store.about(session, field, value, limit * 4)]
    return tuple([run for run in runs if run.seen_by(actor)][:limit])


def latest(engine: Engine) -> dict[str, Run]:
    """Return the last run of every playbook, looks among them, without its hosts."""
    with reading(engine) as session:
        return {row.playbook: run_of(row) for row in store.latest(session)}


def standing(engine: Engine, numbers: Sequence[int]) -> dict[int, tuple[RunState, bool]]:
    """Return the states of runs and whether each only looks; what there is not is left out."""
    with reading(engine) as session:
        return {number: (RunState(s), looks) for number, (s, looks) in store.standing(session, numbers).items()}


def tallies(engine: Engine, number: int) -> dict[str, dict[str, int]]:
    """Return by task, in their order, how many hosts came out of it how."""
    found = dict[str, dict[str, int]]()
    with reading(engine) as session:
        for task, outcome, count in store.tallies(session, number):
            found.setdefault(task, {})[outcome] = count
    return found


def lines(engine: Engine, number: int, after: int = 0, limit: int = 5000) -> tuple[Line, ...]:
    """Return what a run said after a line, oldest first."""
    with reading(engine) as session:
        return tuple(Line.of(row) for row in store.lines(session, number, after, limit))


def took(engine: Engine) -> dict[str, float]:
    """Return of every playbook how many seconds its last run that changed and ended well took."""
    with reading(engine) as session:
        runs = {name: run_of(row).seconds for name, row in store.last_ended(session).items()}
    return {name: seconds for name, seconds in runs.items() if seconds is not None}


def _asked(
    session: Session,
    playbook: Playbook,
    given: Mapping[str, Any],
    found: Sequence[str],
    actor: Actor,
    *,
    looks: bool,
    follows: int | None = None,
    defaulted: Mapping[str, str] | None = None,
) -> Run:
    defaulted = store.defaults(session, [follows]).get(follows, {}) if follows else defaulted or {}
    state = RunState.WAITING if playbook.approval and not looks else RunState.QUEUED
    row = RunRow(
        playbook=playbook.id, description=playbook.model_dump(mode="json"), given=dict(given), targets=list(found),
        looks=looks, follows=follows, actor=actor.name, role=actor.role.value, unit=actor.unit or "",
        spoken=language(), state=state.value, asked=clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.add_all(RunDefaultRow(run=row.id, name=name, told=told) for name, told in defaulted.items())
    shown = run_of(row, (), defaulted)
    record(session, RunTag.ASKED, actor.name, _subject(row.id), {
        "playbook": playbook.id, "looks": looks, "given": dict(shown.given),
        "defaulted": sorted(defaulted), "follows": follows, "state": state.value,
    })  # fmt: skip
    return shown


def _row(session: Session, number: int) -> RunRow:
    row = session.get(RunRow, number)
    if row is None:
        raise BadInput([Problem(_("there is no run {run}"), {"run": number})])
    return row


def _waiting(session: Session, number: int, actor: Actor) -> RunRow:
    row = _row(session, number)
    states.may_agree(actor, row.actor)
    if row.state != RunState.WAITING:
        raise Conflict(_("run {run} waits for no approval"), run=number)
    return row


def _end(
    session: Session, row: RunRow, state: RunState, words: str, actor: str, figures: Mapping[str, JSON] | None = None
) -> None:
    row.state, row.ended, row.words = state.value, clock.now(), words
    data: dict[str, JSON] = {"playbook": row.playbook, "looks": row.looks, "words": words, **(figures or {})}
    record(session, ENDS[state], actor, _subject(row.id), data)


def _tell(session: Session, row: RunRow) -> None:
    playbook = Playbook.model_validate(row.description)
    done = row.state == RunState.DONE
    to = playbook.tell if done else (*playbook.tell, *playbook.tell_failed)
    if row.looks or not to:
        return
    name: JSON = {"zh_CN": playbook.title, "en": playbook.title_en}
    words: JSON = row.words or {"message": STATES[RunState(row.state)], "values": {}}
    values: dict[str, JSON] = {"playbook": name, "run": row.id, "words": words}
    message = TOLD_DONE if done else TOLD_NOT
    tellings.tell(session, _subject(row.id), f"{_subject(row.id)}:{row.state}", to, message, values, clock.now())


def _subject(number: int) -> str:
    return f"run:{number}"
