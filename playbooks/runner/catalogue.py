"""The playbooks that can be run: those shipped, and those of `<county>/playbooks/runs.yml` beside or in place of them.

A county's own Ansible playbooks lie in `<county>/playbooks/ansible/` and are named by `ansible:FILE.yml`; a name that
leads out of that folder, a field that says two things, a target that is no field are refused, all at once, with the
line. Nothing is run to read them.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from countynet import tellings
from countynet.errors import BadInput, Problem
from countynet.i18n import _
from inventory.datafile import DataFile
from inventory.nearest import nearest
from playbooks.runner.defaults import LOOKUPS
from playbooks.runner.model import MEMBERS, Field, Playbook, Told

OWN = "playbooks/runs.yml"
OWN_FOLDER = "playbooks/ansible"
SHIPPED = Path(__file__).parent / "playbooks.yml"
APPLICATIONS = Path(__file__).parent.parent / "applications" / "playbooks.yml"
DAY2 = Path(__file__).parent.parent / "day2" / "playbooks.yml"
SHIPPED_FOLDER = Path(__file__).parent.parent / "servers"
SECTIONS = ("playbooks", "told")
"""of a county's file; those shipped have the first only"""
NOT_THERE = _("nothing here is named {name}")
Wrong = tuple[str, str, str, str]
"""field, message, what was found, what would be right"""


def catalogue(county: Path) -> dict[str, Playbook]:
    """Return every playbook by id. Raises BadInput with everything that is wrong with the county's own file."""
    own = county / OWN
    found = _read(SHIPPED.name, SHIPPED.read_bytes(), SHIPPED_FOLDER)
    for shipped in (DAY2, APPLICATIONS):
        found |= _read(f"{shipped.parent.name}/{shipped.name}", shipped.read_bytes(), SHIPPED_FOLDER)
    return _with_own(county, found, own.read_bytes()) if own.is_file() else found


def playbook(county: Path, name: str) -> Playbook:
    """Return one playbook. Raises BadInput when there is none of that id."""
    found = catalogue(county)
    if name not in found:
        wanted = nearest(name, found) or found
        raise BadInput([Problem(_("there is no playbook {name}"), {"name": name}, wanted=", ".join(wanted))])
    return found[name]


def program_file(county: Path, book: Playbook) -> Path:
    """Return the file of an Ansible playbook: a county's own goes before one shipped."""
    name = book.program.partition(":")[2]
    own = county / OWN_FOLDER / name
    return own if own.is_file() else SHIPPED_FOLDER / name


def _with_own(county: Path, shipped: Mapping[str, Playbook], content: bytes) -> dict[str, Playbook]:
    """Return what is shipped and a county's own, each telling whom the county wants told."""
    file = DataFile(OWN, content, SECTIONS)
    found = {**shipped, **_playbooks(file, county / OWN_FOLDER)}
    told, known = file.placed("told", Told), tellings.names(county)
    for index, each in told:
        for field, names, there in (("to", each.to, known), ("playbooks", each.playbooks, found)):
            for place, name in enumerate(names):
                if there is not None and name not in there:
                    choices = ", ".join(sorted(there))
                    file.wrong(("told", index, field, place), NOT_THERE, name, choices, name=name)
    file.refuse()
    for _index, each in told:
        found = {name: each.at(playbook) for name, playbook in found.items()}
    return found


def _read(name: str, content: bytes, folder: Path) -> dict[str, Playbook]:
    file = DataFile(name, content, SECTIONS[:1])
    found = _playbooks(file, folder)
    file.refuse()
    return found


def _playbooks(file: DataFile, folder: Path) -> dict[str, Playbook]:
    """Return a file's playbooks; what is wrong with them is noted."""
    found = dict[str, Playbook]()
    for index, each in file.placed("playbooks", Playbook):
        if each.id in found:
            file.wrong(("playbooks", index, "id"), _("{name} is there twice"), found=each.id, name=each.id)
        for place, message, value, wanted in _judge(each, folder):
            file.wrong(("playbooks", index, *place.split("/")), message, value, wanted)
        found[each.id] = each
    return found


def _judge(book: Playbook, folder: Path) -> Iterator[Wrong]:
    names = Counter(field.name for field in book.fields)
    for name, count in names.items():
        if count > 1:
            yield "fields", _("a field is there twice"), name, ""
    target = book.field(book.target) if book.target else None
    if book.target and (target is None or target.kind not in MEMBERS):
        yield "target", _("the target has to be a field for a unit, device or server"), book.target, ", ".join(names)
    for place, field in enumerate(book.fields):
        yield from _judge_field(field)
        yield from _judge_lookup(field, {before.name: before for before in book.fields[:place]})
    for name, those in book.interrupts_with.items():
        one = book.field(name)
        known = [choice.value for choice in one.choices] if one else []
        if not book.interrupts or not those or any(value not in known for value in those):
            message = _("with which values it interrupts is said of a field with choices, of what interrupts")
            yield "interrupts_with", message, f"{name}: {', '.join(those)}", ", ".join(known)
    kind, _colon, name = book.program.partition(":")
    if bool(book.nothing) != bool(book.nothing_en) or (book.nothing and not (kind == "ansible" and book.checks)):
        message = _("what is said of nothing to change is said in both languages, of an Ansible playbook that can look")
        yield "nothing", message, book.nothing or book.nothing_en, ""
    if kind == "ansible" and not _inside(folder, name) and not _inside(SHIPPED_FOLDER, name):
        yield "program", _("there is no such Ansible playbook"), book.program, f"{OWN_FOLDER}/*.yml"


def _judge_field(field: Field) -> Iterator[Wrong]:
    if (field.kind == "choice") != bool(field.choices):
        yield "fields", _("choices belong to a field of the kind choice, and it needs some"), field.name, ""
    values = [one.value for one in field.choices]
    if twice := [value for value, count in Counter(values).items() if count > 1]:
        yield "fields", _("a choice is there twice"), f"{field.name}: {', '.join(twice)}", ""
    if values and field.default and field.default not in values:
        yield "fields", _("the default is none of the choices"), f"{field.name}: {field.default}", ", ".join(values)
    if field.several and field.kind not in MEMBERS:
        yield "fields", _("only units, devices and servers can be several"), field.name, ""
    if field.kind == "secret" and field.default:
        yield "fields", _("a secret has no default: it would stand in the file"), field.name, ""
    if field.pattern and not _compiles(field.pattern):
        yield "fields", _("this is no regular expression"), field.pattern, ""


def _judge_lookup(field: Field, before: Mapping[str, Field]) -> Iterator[Wrong]:
    lookup = LOOKUPS.get(field.default_of)
    if field.follows and not field.default_of:
        yield "fields", _("only a default that is looked up can follow a field"), field.name, "default_of"
    if not field.default_of:
        return
    if lookup is None:
        yield "fields", _("there is no such lookup"), f"{field.name}: {field.default_of}", ", ".join(LOOKUPS)
        return
    if field.default or field.several or field.kind == "secret":
        yield "fields", _("a default is looked up for one value that is no secret and has no other"), field.name, ""
    wanted = ", ".join("/".join(kinds) for kinds in lookup.by) or "-"
    found = [before[name].kind if name in before else "" for name in field.follows]
    if len(found) != len(lookup.by) or any(k not in kinds for k, kinds in zip(found, lookup.by, strict=True)):
        message = _("this lookup follows other fields, which stand before it")
        yield "fields", message, f"{field.name}: {', '.join(field.follows) or '-'}", wanted


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _inside(folder: Path, name: str) -> bool:
    path = (folder / name).resolve()
    return path.is_file() and path.is_relative_to(folder.resolve())
