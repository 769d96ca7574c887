"""A unit joins: first what it will mean, then one commit; whoever asks twice is told that it is there.

What the page promised goes back with the form. If somebody took one of the addresses meanwhile, the new promise is
shown and has to be saved again: nobody gets other addresses than they saw.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from countynet.errors import BadInput, Conflict, Problem
from countynet.i18n import _, translate, translate_error
from countynet.vocabulary import Access, UnitKind
from dashboard.inventory.blueprint import inventory
from dashboard.inventory.fields import NONE, Errors, Input, sort, typed
from dashboard.inventory.rows import rows
from dashboard.inventory.units.pages import Group, NewPage, Told
from dashboard.language import named
from dashboard.services.record import Meaning
from dashboard.web import person, services, show
from dashboard.words import word
from inventory.allocate import NewUnit
from inventory.model import County, Person, Unit
from inventory.record.edit import Plain
from inventory.schema import parse
from inventory.survey.text import name as tidy

MANY = 400
"""units beyond which the parent is typed, not chosen"""
VALUES = {
    "unit": _("Unit's id"),
    "number": _("Number"),
    "vlan": _("VLAN"),
    "lan": _("Unit's network"),
    "lan6": _("Unit's IPv6 network"),
    "link": _("Line's network (for ADSL, the tunnel's outside)"),
    "link6": _("Line's IPv6 network"),
    "management": _("Management address"),
    "management6": _("IPv6 management address"),
    "staging": _("Address on the bench"),
    "cpe": _("Router"),
    "line": _("Line"),
    "access": _("Kind of line"),
    "port": _("Building switch and port"),
    "terminals": _("Terminals"),
    "contract": _("Contract number"),
    "rent": _("Rent in yuan per month"),
}


@inventory.get("/inventory/units/new")
def new() -> ResponseReturnValue:
    """Show the empty form."""
    return show(_page(services().county.whole(), {}))


@inventory.post("/inventory/units/new")
def add() -> ResponseReturnValue:
    """Show what it will mean, or save it."""
    county, form = services().county.whole(), request.form
    inputs = [i for group in _groups(county, form) for i in group.inputs]
    reason = typed(form, "reason")
    try:
        wanted = _wanted(form)
        if form.get("act") != "save":
            return show(_looked(county, services().inventory.joining(wanted)))
        return _save(county, wanted, reason)
    except BadInput as error:
        item, line = f"units[{len(county.units)}].", f"circuits[{len(county.circuits)}]."
        found = sort(error, [*inputs, Input("reason", "")], {f"{item}terminals": "macs", item: "", line: "", "": ""})
        return show(_page(county, form, found), 400)
    except Conflict as error:
        return show(_page(county, form, Errors({}, (translate_error(error),))), 409)


def _save(county: County, wanted: NewUnit, reason: str) -> ResponseReturnValue:
    if not reason:
        raise BadInput([Problem(_("say why: a change needs a reason"), where="reason")])
    ask = services()
    meaning = ask.inventory.joining(wanted)
    if not meaning.nothing and _told(meaning).shown != request.form.get("shown"):
        return show(_looked(county, meaning, request.form.get("shown") is not None), 409)
    done = ask.inventory.join(person(), wanted, reason)
    if done.commit:
        ask.accounts.add_clerks([done.unit])
    told = done.commit[:10] or "there"
    return redirect(url_for("inventory.object", section="units", key=done.unit, done=told), 303)


def _looked(county: County, meaning: Meaning, overtaken: bool = False) -> NewPage:
    if meaning.nothing:
        return _page(county, request.form, there=services().county.whole().unit_by_id.get(meaning.unit))
    said = translate(_("Somebody took what was shown; this is what it will mean now.")) if overtaken else ""
    return _page(county, request.form, Errors({}, (said,) if said else ()), _told(meaning))


def _told(meaning: Meaning) -> Told:
    known = {**meaning.values, **_further(meaning)}
    if "access" in known:
        known["access"] = word(Access(known["access"]))
    told = tuple((translate(VALUES[name]), known[name]) for name in VALUES if known.get(name))
    return Told(told, rows(meaning.changes), meaning.diff, "|".join(f"{k}={v}" for k, v in sorted(known.items())))


def _further(meaning: Meaning) -> dict[str, str]:
    """Return what stands in the new items only: number, IPv6, terminals, contract."""
    new = {c.section: c.after for c in meaning.changes if not c.field and isinstance(c.after, dict)}
    unit, line, cpe = (new.get(name, {}) for name in ("units", "circuits", "devices"))
    told = {name: str(unit.get(name) or "") for name in ("number", "lan6")}
    told |= {name: str(line.get(name) or "") for name in ("link6", "contract", "rent")}
    terminals = unit.get("terminals")
    names = [f"{t['name']} {t['address']}" for t in terminals if isinstance(t, dict)] if terminals else []
    return told | {"management6": str(cpe.get("management6") or ""), "terminals": ", ".join(names)}


def _wanted(form: Mapping[str, str]) -> NewUnit:
    """Return what was typed. Raises BadInput with every problem, each at its input."""
    problems: list[Problem] = []
    name, name_en = tidy(typed(form, "name")), typed(form, "name_en")
    empty = [field for field, text in (("name", name), ("name_en", name_en)) if not text]
    empty += [field for field in ("kind", "building") if not typed(form, field)]
    problems += [Problem(_("this is needed"), where=field) for field in empty]
    leader, officer = (_person(form, who, problems) for who in ("leader", "officer"))
    kind, access = typed(form, "kind"), typed(form, "access")
    for field, value, kinds in (("kind", kind, UnitKind), ("access", access, Access)):
        if value and value not in list(kinds):
            problems.append(Problem(_("choose one of the list"), where=field, found=value))
    rent = typed(form, "rent")
    if rent and not (rent.isascii() and rent.isdecimal()):
        problems.append(Problem(_("a whole number of yuan"), where="rent", found=rent))
    if problems or leader is None:
        raise BadInput(problems)
    return NewUnit(
        name=name,
        name_en=name_en,
        kind=UnitKind(kind),
        building=typed(form, "building"),
        leader=leader,
        officer=officer,
        parent=typed(form, "parent") or None,
        may_browse=bool(form.get("may_browse")),
        access=Access(access) if access else None,
        contract=typed(form, "contract"),
        rent=int(rent) if rent else None,
        macs=tuple(mac(text) for text in typed(form, "macs", 2000).replace(",", "\n").split()),
    )


def _person(form: Mapping[str, str], who: str, problems: list[Problem]) -> Person | None:
    """Return a person; an officer who is left out altogether is None. Problems are added to the list."""
    given: dict[str, Plain] = {part: typed(form, f"{who}.{part}") for part in ("name", "title", "telephone")}
    if who == "officer" and not any(given.values()):
        return None
    found = parse(Person, given, (who,))
    if isinstance(found, Person):
        return found
    for finding in found:
        problems.append(replace(finding.problem, where=".".join(str(part) for part in finding.place)))
    return None


def mac(text: str) -> str:
    """Return a MAC address in our notation, whatever maker's it was typed in; anything else stays as it is."""
    digits = re.sub(r"[:.\-]", "", text).lower()
    if re.fullmatch(r"[0-9a-f]{12}", digits):
        return ":".join(digits[at : at + 2] for at in range(0, 12, 2))
    return text


def _page(
    county: County,
    form: Mapping[str, str],
    errors: Errors = NONE,
    told: Told | None = None,
    there: Unit | None = None,
) -> NewPage:
    groups = tuple(Group(group.title, errors.at(group.inputs)) for group in _groups(county, form))
    wrong = errors.beside.get("reason", ())
    return NewPage(groups, typed(form, "reason"), wrong, errors.others, told, there)


def _groups(county: County, form: Mapping[str, str]) -> tuple[Group, ...]:
    return (
        Group(translate(_("The unit")), _unit_inputs(county, form)),
        Group(translate(_("Leader in charge")), _person_inputs(form, "leader", True)),
        Group(translate(_("Information officer")), _person_inputs(form, "officer", False)),
        Group(translate(_("Line and terminals")), _line_inputs(form)),
    )


def _unit_inputs(county: County, form: Mapping[str, str]) -> tuple[Input, ...]:
    choose = ("", translate(_("choose")))
    kinds = (choose, *((k.value, word(k)) for k in UnitKind))
    places = (choose, *((b.id, f"{named(b)} · {word(b.access)}") for b in county.buildings))
    value = {name: typed(form, name) for name in ("name", "name_en", "kind", "building")}
    return (
        Input("name", translate(_("Name")), value["name"], required=True),
        Input("name_en", translate(_("Name in English")), value["name_en"], required=True),
        Input("kind", translate(_("Kind of unit")), value["kind"], "choice", kinds, required=True),
        parent_input("parent", county, typed(form, "parent")),
        Input("building", translate(_("Building")), value["building"], "choice", places, required=True),
        Input("may_browse", translate(_("May browse the Internet")), "true" if form.get("may_browse") else "", "check"),
    )


def parent_input(name: str, county: County, value: str) -> Input:
    """Return the input of the unit above: a list, or, in a large county, its id."""
    label = translate(_("Belongs to (villages and branch offices)"))
    if len(county.units) > MANY:
        return Input(name, label, value, hint=translate(_("the id of the unit above, e.g. u025; may stay empty")))
    units = (("", translate(_("nobody: a unit of its own"))), *((u.id, f"{u.id} {named(u)}") for u in county.units))
    return Input(name, label, value, "choice", units)


def _person_inputs(form: Mapping[str, str], who: str, required: bool) -> tuple[Input, ...]:
    labels = (
        ("name", translate(_("Name of the person")), "text", required),
        ("title", translate(_("Position")), "text", False),
        ("telephone", translate(_("Telephone")), "tel", required),
    )
    return tuple(
        Input(f"{who}.{n}", text, typed(form, f"{who}.{n}"), kind, required=need) for n, text, kind, need in labels
    )


def _line_inputs(form: Mapping[str, str]) -> tuple[Input, ...]:
    usual = ("", translate(_("as the building's other lines")))
    kinds = (usual, *((a.value, word(a)) for a in Access))
    one_a_line = translate(_("one a line, e.g. 00:1e:c9:5a:00:19; empty: one terminal without"))
    return (
        Input("access", translate(_("Kind of line")), typed(form, "access"), "choice", kinds),
        Input(
            "contract",
            translate(_("Contract number")),
            typed(form, "contract"),
            hint=translate(_("empty: as its neighbours', with the unit's number")),
        ),
        Input(
            "rent",
            translate(_("Rent in yuan per month")),
            typed(form, "rent"),
            "number",
            hint=translate(_("empty: as its neighbours'")),
        ),
        Input(
            "macs", translate(_("MAC addresses of its terminals")), typed(form, "macs", 2000), "lines", hint=one_a_line
        ),
    )
