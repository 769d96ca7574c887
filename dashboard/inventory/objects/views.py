"""Any object of the record: its fields, its history, one field changed as text; and the lists of every section."""

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from countynet.errors import BadInput, Conflict, Problem
from countynet.i18n import ENGLISH, _, language, translate_error
from dashboard.access import ACCESS
from dashboard.inventory import labels
from dashboard.inventory.blueprint import inventory
from dashboard.inventory.fields import say, typed
from dashboard.inventory.objects.model import paths, scalars
from dashboard.inventory.objects.pages import ChangeForm, ObjectPage, SectionPage, SectionsPage
from dashboard.inventory.rights import PEOPLE, may_change, may_read, may_save
from dashboard.inventory.rows import MayChange, commit, flat, item_fields
from dashboard.web import person, services, show
from inventory.record import values
from inventory.record.changes import at
from inventory.record.edit import KEYS, Set
from inventory.record.splice import Items

PER_PAGE = 100
COLUMNS = 5
LONGEST = 20_000
"""characters of one field's text, e.g. of a long list"""


@inventory.get("/inventory/objects/<section>/<path:key>", endpoint="object")
def one(section: str, key: str) -> ResponseReturnValue:
    """Show one object; with `?field=` the form of that field."""
    item = _item(section, key)
    field = request.args.get("field", "")
    form = _form(section, key, item, field) if item is not None and field else None
    return show(_page(section, key, item, form))


@inventory.post("/inventory/change/<section>/<path:key>")
def change(section: str, key: str) -> ResponseReturnValue:
    """Change one field, or propose it."""
    ask, who, field = services().inventory, person(), request.form.get("field", "")[:100]
    item = _item(section, key)
    if item is None or not may_change(who, section, key, field):
        abort(404 if item is None else 403)
    text, reason, base = request.form.get("value", "")[:LONGEST].strip(), typed(request.form, "reason"), _base()
    try:
        if not reason:
            raise BadInput([Problem(_("say why: a change needs a reason"))])
        made = [Set(section, key, field, values.given(text))]
        if request.form.get("act") == "save" and may_save(who):
            done = ask.save(who, made, reason, base)
            return redirect(
                url_for("inventory.object", section=section, key=key, done=done.commit[:10] or "there"), 303
            )
        return redirect(url_for("inventory.proposal", proposal=ask.propose(who, made, reason, base)), 303)
    except BadInput as error:
        problems = tuple(say(problem, place=True) for problem in error.problems)
        return show(_page(section, key, item, _form(section, key, item, field, text, problems)), 400)
    except Conflict as error:
        form = _form(section, key, item, field, text, conflict=translate_error(error))
        return show(_page(section, key, item, form), 409)


def _base() -> str:
    return request.form.get("base", "")[:64]


def _item(section: str, key: str) -> Items | None:
    """Return an item; 404 for what never was, 403 for what is not this reader's to see."""
    if section not in labels.SECTIONS:
        abort(404)
    item = services().inventory.item(section, key)
    if not may_read(person(), (section, key), item):
        abort(403)
    return item


def _form(
    section: str,
    key: str,
    item: Items,
    field: str,
    text: str | None = None,
    problems: tuple[str, ...] = (),
    conflict: str = "",
) -> ChangeForm | None:
    who = person()
    if not may_change(who, section, key, field) or field == KEYS.get(section):
        return None
    now = at(item, field)
    present = values.flow(now) if isinstance(now, dict | list) else now or ""
    return ChangeForm(
        field=field,
        label=labels.field(field),
        value=present if text is None else text,
        base=_base() if problems and not conflict else services().inventory.head(),
        reason=typed(request.form, "reason"),
        may_save=may_save(who),
        problems=problems,
        conflict=conflict,
        now=present if conflict else None,
    )


def _page(section: str, key: str, item: Items | None, form: ChangeForm | None) -> ObjectPage:
    who, history = person(), services().inventory.history(section, key)
    if item is None and not history:
        abort(404)
    fields = dict(flat(item or {}))
    only = PEOPLE if who.unit is not None else None
    may = MayChange(may_change(who, section, key, PEOPLE[0]), KEYS.get(section, ""), only)
    missing = [path for path in paths(section) if path not in fields and may(path)]
    is_unit = section == "units" and item is not None
    return ObjectPage(
        section=section,
        section_name=labels.section(section),
        key=key,
        title=_title(item or {}, key),
        there=item is not None,
        fields=item_fields(section, item or {}, may),
        missing=tuple((path, labels.field(path)) for path in missing) if item is not None else (),
        commits=tuple(commit(revision) for revision in history),
        form=form,
        done=_done(history[0].entry.commit if history else ""),
        may_undo=ACCESS["inventory.undo"].admits(who),
        edit=url_for("inventory.edit", unit=key) if is_unit and ACCESS["inventory.edit"].admits(who) else "",
        unit=url_for("units.page", unit=key) if is_unit else "",
        back=ACCESS["inventory.section"].admits(who),
    )


def _done(newest: str) -> str:
    """Return the commit that the address says was just made, if it is this object's newest."""
    said = request.args.get("done", "")
    return said if said == "there" or (len(said) == 10 and newest.startswith(said)) else ""


def _title(item: Items, key: str) -> str:
    name = item.get("name_en" if language() == ENGLISH else "name") or item.get("name")
    return str(name) if isinstance(name, str) else key


@inventory.get("/inventory/sections")
def sections() -> ResponseReturnValue:
    """List the sections."""
    counts = dict.fromkeys(labels.SECTIONS, 0)
    for section, _key in services().inventory.state():
        counts[section] = counts.get(section, 0) + 1
    return show(SectionsPage(tuple((name, labels.section(name), count) for name, count in counts.items())))


@inventory.get("/inventory/sections/<section>")
def section(section: str) -> ResponseReturnValue:
    """List the items of one section."""
    if section not in labels.SECTIONS:
        abort(404)
    if section == "plan":
        return redirect(url_for("inventory.object", section="plan", key="plan"))
    q = request.args.get("q", "").strip()[:80]
    found = [(key, item) for (name, key), item in services().inventory.state().items() if name == section]
    found = [(key, item) for key, item in found if all(w in values.flow(item).lower() for w in q.lower().split())]
    pages = max(1, -(-len(found) // PER_PAGE))
    asked = request.args.get("page", "1")
    page = min(max(int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1, 1), pages)
    heads = _columns(section)
    rows = tuple(
        (key, tuple(labels.told(section, name, item.get(name)) for name in heads))
        for key, item in found[(page - 1) * PER_PAGE : page * PER_PAGE]
    )
    shown = tuple(labels.field(name) for name in heads)
    return show(SectionPage(section, labels.section(section), q, shown, rows, len(found), page, pages))


def _columns(section: str) -> list[str]:
    """Return the fields that a list shows: the first few, those in the other language left out."""
    other = ("name", "subject", "topic", "reason") if language() == ENGLISH else ()
    known = scalars(section)
    left_out = {n for n in known if n.endswith("_en")} if not other else {n for n in other if f"{n}_en" in known}
    return [name for name in known if name not in left_out and name != KEYS.get(section)][:COLUMNS]
