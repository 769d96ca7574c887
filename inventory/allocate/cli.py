"""`countynet inventory allocate` and `remove-unit`: what a unit gets or frees, shown first, then saved."""

from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import print_json, run_command, say, table
from countynet.i18n import _, translate
from countynet.vocabulary import Access, UnitKind

if TYPE_CHECKING:
    from inventory.allocate import Allocation
    from inventory.model import Person
    from inventory.record import Committed

Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]
Save = Annotated[bool, typer.Option("--save", help=_("Save it; without this it is only shown."))]
Reason = Annotated[str, typer.Option("--reason", "-m", help=_("Why; stands in the history."))]


def _person(text: str, field: str) -> "Person":
    """Return a person from `name,telephone[,title]`. Raises BadInput."""
    from countynet.errors import BadInput, Problem
    from inventory.model import Person
    from inventory.schema import parse

    parts = [part.strip() for part in text.replace("，", ",").split(",")]
    given = dict(zip(("name", "telephone", "title"), parts, strict=False))
    found = parse(Person, given, (field,))
    if isinstance(found, Person):
        return found
    wanted = translate(_("name,telephone,title"))
    raise BadInput(
        [Problem(f.problem.message, f.problem.values, where=field, found=text, wanted=wanted) for f in found]
    )


@run_command
def allocate(
    name: Annotated[str, typer.Argument(help=_("The unit's name."))],
    name_en: Annotated[str, typer.Option(help=_("Its name in English."))],
    kind: Annotated[UnitKind, typer.Option(help=_("What kind of unit it is."))],
    building: Annotated[str, typer.Option(help=_("The building it sits in."))],
    leader: Annotated[str, typer.Option(help=_("The leader in charge: name,telephone,title."))],
    officer: Annotated[str, typer.Option(help=_("The information officer: name,telephone,title."))] = "",
    parent: Annotated[str, typer.Option(help=_("The unit it belongs to."))] = "",
    access: Annotated[Access | None, typer.Option(help=_("Its kind of line; the building's by default."))] = None,
    browse: Annotated[bool, typer.Option("--browse", help=_("It may browse the Internet."))] = False,
    contract: Annotated[str, typer.Option(help=_("The line's number in its contract."))] = "",
    mac: Annotated[list[str] | None, typer.Option(help=_("A terminal's MAC address; once per terminal."))] = None,
    save: Save = False,
    reason: Reason = "",
    json: Json = False,
) -> None:
    """Show or save what a new unit gets."""
    from inventory.allocate import NewUnit

    wanted = NewUnit(
        name=name.strip(),
        name_en=name_en.strip(),
        kind=kind,
        building=building,
        leader=_person(leader, "leader"),
        officer=_person(officer, "officer") if officer else None,
        parent=parent or None,
        may_browse=browse,
        access=access,
        contract=contract,
        macs=tuple(mac or ()),
    )
    _join(wanted, save, reason, json)


def _join(wanted: object, save: bool, reason: str, json: bool) -> None:
    from countynet import clock
    from countynet.settings import Settings
    from inventory.allocate import NewUnit, add_unit
    from inventory.allocate.join import join
    from inventory.record import Committed, Repository, shell_author

    assert isinstance(wanted, NewUnit)
    settings = Settings.load()
    if save:
        given, done = join(settings, wanted, shell_author(), reason, clock.today())
        _tell(given, done, json)
        return
    repository = Repository(settings)
    given = add_unit(repository.county(), wanted, clock.today())
    draft = repository.preview(given.edits)
    _tell(given, Committed("", draft.base, draft.changes, draft.diff), json)


@run_command
def remove_unit(
    unit: Annotated[str, typer.Argument(help=_("The unit's id, e.g. u001."))],
    save: Save = False,
    reason: Reason = "",
    json: Json = False,
) -> None:
    """Show or save that a unit leaves."""
    from countynet import clock
    from countynet.settings import Settings
    from inventory.allocate import remove_unit as remove
    from inventory.allocate.join import leave
    from inventory.record import Committed, Repository, shell_author

    settings = Settings.load()
    if save:
        _tell(*leave(settings, unit, shell_author(), reason, clock.today()), json)
        return
    repository = Repository(settings)
    given = remove(repository.county(), unit, clock.today())
    draft = repository.preview(given.edits)
    _tell(given, Committed("", draft.base, draft.changes, draft.diff), json)


NOUNS = {
    "unit": _("unit's id"),
    "cpe": _("its router"),
    "line": _("its line"),
    "access": _("kind of line"),
    "lan": _("unit's network"),
    "link": _("network of the line"),
    "management": _("management address"),
    "staging": _("staging address"),
    "vlan": _("VLAN"),
    "port": _("switch port"),
    "lan6": _("unit's IPv6 network"),
    "link6": _("IPv6 network of the line"),
    "management6": _("IPv6 management address"),
}
"""what an allocation gives, in words"""


def _tell(given: "Allocation", done: "Committed", json: bool) -> None:
    if json:
        print_json({"unit": given.unit, "values": given.values, "saved": done.changed, **done.summary()})
        return
    rows = [(translate(NOUNS.get(name, name)), value) for name, value in given.values.items()]
    table(given.unit, [translate(_("what")), translate(_("value"))], rows)
    if given.nothing:
        say(translate(_("the unit is there already; nothing changed")))
    elif done.changed:
        say(translate(_("committed as {commit}"), commit=done.commit[:10]))
    else:
        say(done.diff)
        say(translate(_("nothing was saved; say --save")))


app = typer.Typer()
app.command("allocate", help=_("Show what a new unit gets from the address plan; --save adds it."))(allocate)
app.command(
    "remove-unit", help=_("Show what a unit's removal frees; --save removes it and holds what it had in quarantine.")
)(remove_unit)
