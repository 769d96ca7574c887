"""What `countynet emergency` prints."""

from collections.abc import Sequence

from countynet import clock
from countynet.canonical import JSON
from countynet.console import print_json, say, table
from countynet.events import Event
from countynet.fixes import Preview
from countynet.i18n import _, translate
from countynet.moments import shown
from countynet.tellings import Telling
from playbooks.emergency.book import Emergency
from playbooks.emergency.carry import Carried
from playbooks.emergency.model import TARGETS, WHO, EmergencyPlan
from playbooks.emergency.rules import STATES, Place
from playbooks.emergency.words import said


def plan(one: EmergencyPlan) -> dict[str, JSON]:
    """Return a plan for programs."""
    steps: list[JSON] = [step.model_dump(mode="json") for step in one.steps]
    about: dict[str, JSON] = {"id": one.id, "title": one.name, "when": one.when_said, "goal": one.goal}
    return {**about, "needs": list(one.needs), "alarms": list(one.alarms), "steps": steps}


def event(one: Event) -> dict[str, JSON]:
    """Return an event of the log for programs."""
    return {"at": one.at.isoformat(), "tag": one.tag, "by": one.actor, "data": one.data}


def telling(one: Telling) -> dict[str, JSON]:
    """Return what somebody was told, for programs."""
    about: dict[str, JSON] = {"at": one.created.isoformat(), "to": one.recipient, "text": one.text}
    return {**about, "state": one.state, "said": one.said}


def listing(plans: Sequence[EmergencyPlan], found: Sequence[Emergency]) -> None:
    """Print the plans and the emergencies."""
    columns = (_("plan"), _("name"), _("when"), _("needs"), _("steps"))
    rows = [[p.id, p.name, p.when_said, ", ".join(translate(TARGETS[n]) for n in p.needs), len(p.steps)] for p in plans]
    table(translate(_("Emergency plans")), [translate(c) for c in columns], rows)
    if not found:
        say(translate(_("No emergency runs.")))
        return
    heads = (_("number"), _("name"), _("about"), _("since"), _("minutes"), _("open steps"))
    lines = [
        [e.number, _title(e), ", ".join(e.targets.values()), shown(e.started), f"{e.minutes}/{e.plan.goal}", _open(e)]
        for e in found
    ]
    table(translate(_("Emergencies")), [translate(c) for c in heads], lines)


def _open(found: Emergency) -> str:
    return ", ".join(p.step.id for p in found.places if p.at is None) if found.ended is None else translate(_("ended"))


def _title(found: Emergency) -> str:
    return translate(_("{name} (drill)"), name=found.plan.name) if found.drill else found.plan.name


def emergency(found: Emergency) -> None:
    """Print an emergency with its steps."""
    columns = (_("step"), _("what"), _("who"), _("until"), _("state"), _("note"))
    rows = [[p.step.id, p.step.said, translate(WHO[p.step.who]), shown(p.due), _state(p), p.note] for p in found.places]
    about = " ".join(found.targets.values())
    title = translate(_("Emergency {number}: {name}"), number=found.number, name=f"{_title(found)} {about}".strip())
    table(title, [translate(c) for c in columns], rows)
    if found.ended is None:
        say(translate(_("{minutes} of {goal} minutes"), minutes=found.minutes, goal=found.plan.goal))
    else:
        say(translate(_("ended after {minutes} minutes (goal {goal}): {review}"), minutes=found.minutes,
                      goal=found.plan.goal, review=found.review))  # fmt: skip


def _state(place: Place) -> str:
    word = translate(STATES[place.state])
    return translate(_("{state}, late"), state=word) if place.late(clock.now()) else word


def log(found: Emergency, events: Sequence[Event]) -> None:
    """Print what happened, for the review."""
    columns = (_("when"), _("who"), _("what"))
    rows = [[shown(e.at), e.actor, said(found, e)] for e in events]
    table(translate(_("What happened")), [translate(c) for c in columns], rows)


def preview(found: Preview, as_json: bool) -> None:
    """Print what a step would change."""
    if as_json:
        return
    for line in found.lines:
        say(line)
    if not found.changes:
        say(translate(_("There is nothing to change.")))
    if found.waits:
        say(found.waits)


def carried(done: Carried, as_json: bool) -> None:
    """Print how far a step came."""
    if as_json:
        seen = done.preview
        print_json(
            {
                "emergency": done.emergency.number,
                "plan": seen.plan,
                "changes": list(seen.lines),
                "waits": seen.waits,
                "done": done.outcome.good if done.outcome else False,
                "said": done.outcome.words if done.outcome else "",
            }
        )
    elif done.outcome:
        say(done.outcome.words)
