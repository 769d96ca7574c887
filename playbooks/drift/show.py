"""A drift as lines for a terminal and words for a page, translated; nothing here holds a secret."""

from collections.abc import Iterator, Mapping

from countynet.i18n import _, translate
from countynet.moments import shown
from playbooks.drift.report import Drift, Person, named

MOVED: Mapping[str, str] = {
    "device": _("the device was changed"),
    "inventory": _("the inventory was changed; the device has not followed"),
    "unknown": _("it was never seen as intended"),
}
DID: Mapping[str, str] = {
    "changed": _("changed something"),
    "signed-in": _("signed in"),
    "signed-out": _("signed out"),
    "config.applied": _("configured it (config apply)"),
    "plan.device": _("applied a plan"),
}
PEOPLE = 8


def lines(drift: Drift) -> Iterator[str]:
    """Yield one device's drift."""
    yield f"=== {drift.device}: {summary(drift)}"
    for one in drift.differences:
        message = _("  {path}: runs {running}, intended is {intended}")
        yield translate(message, path=one.path, running=one.running or "-", intended=one.intended or "-")
    for line in drift.unmanaged:
        yield translate(_("  unmanaged: {section}: {text}"), section=line.section or "-", text=line.text)
    for person in drift.people[-PEOPLE:]:
        yield f"  {did(person)}"
    yield drift.diff.rstrip("\n")


def summary(drift: Drift) -> str:
    """Return what moved, since when, and who is suspected."""
    words = [translate(MOVED[drift.moved])]
    if drift.since:
        words.append(translate(_("seen since {at}"), at=shown(drift.since)))
    if people := named(drift.people):
        words.append(translate(_("at the device: {people}"), people=", ".join(people)))
    return "; ".join(words)


def did(person: Person) -> str:
    """Return what a person did, when and from where."""
    said = translate(DID[person.did]) if person.did in DID else person.did
    return f"{shown(person.at)} {person.name or '?'} {person.source} {said}".strip()
