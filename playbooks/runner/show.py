"""What `countynet run` prints."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from countynet import clock
from countynet.canonical import JSON
from countynet.console import say, table
from countynet.i18n import _, translate
from countynet.moments import shown
from countynet.people import called
from countynet.vocabulary import Role
from inventory.selection_words import in_words
from playbooks.runner import groups
from playbooks.runner.compare import OUTCOMES, Comparison, Side
from playbooks.runner.defaults import LOOKUPS, Found
from playbooks.runner.model import KINDS, Field, Playbook
from playbooks.runner.run import Line, Run
from playbooks.runner.states import STATES
from playbooks.stage import outcome_word

LONG = 100
"""from so many seconds on, minutes are told"""
NAMED = 12
"""names of what a playbook would touch that are told"""
TOLD_ENDED = _("told how it ends: {names}")
TOLD_FAILED = _("told when it does not end well: {names}")
ROLES: dict[Role, str] = {
    Role.CENTER: _("center"),
    Role.OPERATOR: _("operator"),
    Role.UNIT: _("unit"),
    Role.AUDITOR: _("auditor"),
    Role.ADMIN: _("administrator"),
}


def document(playbook: Playbook, seconds: float | None) -> dict[str, JSON]:
    """Return a playbook for programs: with how long it took the last time, None when it never ended well."""
    told: dict[str, JSON] = playbook.model_dump(mode="json")
    return {**told, "name": playbook.name, "seconds": seconds}


def listing(found: Sequence[Playbook], took: Mapping[str, float]) -> None:
    """Print the playbooks."""
    heads = (_("playbook"), _("name"), _("may run it"), _("approval"), _("looks first"), _("took"))
    rows = [[p.id, p.name, roles(p.may_run), yes(p.approval), yes(p.checks), duration(took.get(p.id))] for p in found]
    table(translate(_("Playbooks")), [translate(head) for head in heads], rows)


def playbook(
    one: Playbook, fields: Sequence[Field], seconds: float | None, defaults: Mapping[str, Found] | None = None
) -> None:
    """Print one playbook with its launch form, and the defaults as they are now."""
    say(f"{one.id}: {one.name}\n{one.said}")
    say(translate(_("may be run by: {roles}; took: {took}"), roles=roles(one.may_run), took=duration(seconds)))
    if one.interrupts:
        say(translate(_("its change cuts off what depends on its targets: a work window is announced while it runs")))
    for message, names in ((TOLD_ENDED, one.tell), (TOLD_FAILED, one.tell_failed)):
        if names:
            say(translate(message, names=", ".join(names)))
    for role, limit in one.within.items():
        say(translate(_("{role} only on {limit}"), role=roles([role]), limit=in_words(limit)))
    heads = (_("value"), _("meaning"), _("kind"), _("needed"), _("default"))
    rows = [
        [
            field.name,
            "  ".join(filter(None, (field.said, field.help_said))),
            kind(field),
            yes(field.needed),
            _default(field, (defaults or {}).get(field.name, Found(field.default))),
        ]
        for field in fields
    ]
    table(translate(_("Launch form")), [translate(head) for head in heads], rows)


def _default(one: Field, found: Found) -> str:
    """Return a field's default for people: what it is now and where from, or why there is none and what it would be."""
    by = f"({translate(LOOKUPS[one.default_of].said)})" if one.default_of and not found.value else ""
    return "  ".join(filter(None, (one.shown(found.value), found.told, by)))


def defaulted(run: Run) -> None:
    """Print which values nobody gave, and where they are from."""
    for name, told in run.defaulted.items():
        one = run.playbook.field(name)
        value = one.shown(run.given.get(name, "")) if one else run.given.get(name, "")
        if told:
            say(translate(_("default: {name} = {value} ({told})"), name=name, value=value, told=told))
        else:
            say(translate(_("default: {name} = {value}"), name=name, value=value))


def touched(names: Sequence[str] | None) -> None:
    """Print what a playbook would touch as its launch form stands; None: the form has to be filled in first."""
    if names is None:
        say(translate(_("what it would touch depends on the launch form")))
        return
    shown_names = ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
    say(translate(_("would touch {count}: {names}"), count=len(names), names=shown_names))


def kind(field: Field) -> str:
    """Return what a field's value has to be, for people."""
    told = ", ".join(one.told for one in field.choices) if field.choices else translate(KINDS[field.kind])
    if groups.grouped(field):
        message = _("{kind}, several with commas, or a group such as {example}")
        return translate(message, kind=told, example=groups.EXAMPLES[field.kind])
    return translate(_("{kind}, several with commas"), kind=told) if field.several else told


def runs(found: Sequence[Run]) -> None:
    """Print runs."""
    heads = (_("run"), _("playbook"), _("kind"), _("asked by"), _("asked at"), _("state"), _("took"))
    rows = [
        [r.number, r.playbook.name, what(r), called(r.asker.name), shown(r.asked), state(r), duration(r.seconds)]
        for r in found
    ]
    table(translate(_("Runs")), [translate(head) for head in heads], rows)


def run(one: Run) -> None:
    """Print how a run came out."""
    heads = (_("Host"), _("As intended"), _("Changed"), _("Error"))
    rows = [[end.host, end.ok - end.changed, end.changed, end.error] for end in one.hosts]
    if rows:
        table(one.playbook.name, [translate(head) for head in heads], rows)
    words = _("run {run} ({kind}): {state}")
    say(translate(words, run=one.number, kind=what(one), state=state(one)) + (f"\n{one.words}" if one.words else ""))


def comparison(found: Comparison) -> None:
    """Print two runs beside each other: values and hosts that differ, and how many are alike."""
    heads = [translate(_("Host")), *(translate(_("run {run}"), run=r.number) for r in (found.one, found.other))]
    for each in (found.one, found.other):
        run(replace(each, hosts=()))
    rows = [[v.said, *v.shown] for v in found.values if v.differs]
    if rows:
        table(translate(_("Values that differ")), [translate(_("value")), *heads[1:]], rows)
    rows = [[p.host, side(p.one), side(p.other)] for p in found.hosts if p.differs]
    if rows:
        table(translate(_("Hosts that came out otherwise")), heads, rows)
    say(translate(_("{count} hosts came out alike"), count=len(found.hosts) - found.differing))


def side(one: Side) -> str:
    """Return how a host came out of a run, for people."""
    told = translate(OUTCOMES[one.outcome])
    if one.changed:
        told = translate(_("{outcome} ({count} tasks)"), outcome=told, count=one.changed)
    return f"{told}\n{one.error}" if one.error else told


def line(said: Line) -> str:
    """Return a line of the log for people, with the county's time."""
    at = said.at.astimezone(clock.CHINA).strftime("%H:%M:%S")
    if said.outcome:
        text = f"{said.host}: {outcome_word(said.outcome)}  {said.task}"
        return f"{at}    {text}" + "".join(f"\n            {part}" for part in said.words.splitlines())
    return f"{at}  {said.host}: {said.task}" if said.host else f"{at}  {said.task}"


def what(one: Run) -> str:
    """Return whether a run looks or changes."""
    return translate(_("look")) if one.looks else translate(_("carry out"))


def state(one: Run) -> str:
    """Return a run's state for people."""
    return translate(STATES[one.state])


def roles(found: Sequence[Role]) -> str:
    """Return roles for people."""
    return ", ".join(translate(ROLES[role]) for role in found)


def yes(value: bool) -> str:
    """Return a truth for people."""
    return translate(_("yes")) if value else translate(_("no"))


def duration(seconds: float | None) -> str:
    """Return a length of time for people; a dash when it is not known."""
    if seconds is None:
        return "-"
    if seconds < LONG:
        return translate(_("{seconds} s"), seconds=f"{seconds:.1f}")
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return translate(_("{minutes} min {seconds} s"), minutes=minutes, seconds=rest)
    return translate(_("{hours} h {minutes} min"), hours=minutes // 60, minutes=minutes % 60)
