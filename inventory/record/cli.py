"""`countynet inventory`: change, look back, take back, propose and review.

Every change is one commit with the shell's user as its author and a reason; `--propose` makes it a proposal instead.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import print_json, run_command, say, table
from countynet.i18n import _, translate

if TYPE_CHECKING:
    from inventory.record import Committed, Edit, Repository
    from inventory.record.changes import Change
    from inventory.record.history import Revision

Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]
Reason = Annotated[str, typer.Option("--reason", "-m", help=_("Why; stands in the history."))]
Object = Annotated[str, typer.Argument(metavar="SECTION/KEY", help=_("Section and key, e.g. units/u025."))]
Propose = Annotated[bool, typer.Option("--propose", help=_("Propose it for review instead of changing it."))]
Number = Annotated[int, typer.Argument(help=_("The proposal's number."))]


def _repository() -> "Repository":
    from countynet.settings import Settings
    from inventory.record import Repository

    return Repository(Settings.load())


def _show(changes: "Sequence[Change]", title: str = "") -> None:
    rows = [(c.object, c.field, _plain(c.before), _plain(c.after)) for c in changes]
    table(title, [translate(_("object")), translate(_("field")), translate(_("before")), translate(_("after"))], rows)


def _plain(value: object) -> str:
    from inventory.record import values

    if isinstance(value, dict | list):
        return values.flow(value)
    return "" if value is None else str(value)


def _done(done: "Committed", json: bool) -> None:
    if json:
        print_json(done.summary())
    elif done.changed:
        _show(done.changes)
        say(translate(_("committed as {commit}"), commit=done.commit[:10]))
    else:
        say(translate(_("nothing changed")))


def make(edits: "Sequence[Edit]", reason: str, propose: bool, json: bool) -> None:
    """Commit or propose edits and say what became of them."""
    from inventory.allocate.join import new_secrets
    from inventory.record import proposals, shell_author

    repository = _repository()
    if not propose:
        extra = new_secrets(repository.settings)
        _done(repository.commit(edits, shell_author(), reason, extra=extra), json)
        return
    made = proposals.propose(repository, edits, shell_author(), reason)
    if json:
        print_json(proposals.shown(repository, made))
    else:
        _show(proposals.changes_of(repository, made))
        say(translate(_("proposed as number {number}"), number=made.number))


@run_command
def set_(
    named: Object,
    field: Annotated[str, typer.Argument(help=_("The field, e.g. officer.telephone."))],
    value: Annotated[str, typer.Argument(help=_("Its new value; YAML for lists; empty removes the field."))],
    reason: Reason = "",
    propose: Propose = False,
    json: Json = False,
) -> None:
    """Change one field."""
    from inventory.record import Set
    from inventory.record.history import split
    from inventory.record.values import given

    section, key = split(named)
    make([Set(section, key, field, given(value))], reason, propose, json)


@run_command
def drop(named: Object, reason: Reason = "", propose: Propose = False, json: Json = False) -> None:
    """Remove one item."""
    from inventory.record import Drop
    from inventory.record.history import split

    make([Drop(*split(named))], reason, propose, json)


@run_command
def commit(reason: Reason = "", json: Json = False) -> None:
    """Commit what was edited in the files by hand."""
    from inventory.allocate.join import new_secrets
    from inventory.record import shell_author

    repository = _repository()
    _done(repository.commit_by_hand(shell_author(), reason, new_secrets(repository.settings)), json)


def _revisions(found: "Sequence[Revision]", json: bool) -> None:
    if json:
        print_json([revision.summary() for revision in found])
        return
    for revision in found:
        entry = revision.entry
        say(f"{entry.commit[:10]}  {entry.when}  {entry.author}  {entry.reason}")
        for change in revision.changes:
            say(f"    {change.object} {change.field}  {_plain(change.before)} -> {_plain(change.after)}")


@run_command
def history(named: Object, json: Json = False) -> None:
    """Show who changed what of one object, when and why."""
    from inventory.record.history import of_object

    found = of_object(_repository(), named)
    if not found and not json:
        say(translate(_("nothing of that name was ever in the inventory")))
    _revisions(found, json)


@run_command
def log(limit: Annotated[int, typer.Option(min=1, help=_("How many commits."))] = 20, json: Json = False) -> None:
    """Show the last commits."""
    from inventory.record.history import Revision, recent

    _revisions([Revision(entry, ()) for entry in recent(_repository(), limit)], json)


@run_command
def diff(
    since: Annotated[str, typer.Argument(help=_("A date such as 2026-11-01 (its begin), or a commit."))],
    until: Annotated[str, typer.Argument(help=_("A date (its end) or a commit; now by default."))] = "HEAD",
    json: Json = False,
) -> None:
    """Show what differs between two dates."""
    from inventory.record.draft import rows
    from inventory.record.history import between

    found = between(_repository(), since, until)
    if json:
        print_json(rows(found))
    elif found:
        _show(found)
    else:
        say(translate(_("nothing changed")))


@run_command
def undo(
    commit: Annotated[str, typer.Argument(help=_("The commit to take back."))], reason: Reason = "", json: Json = False
) -> None:
    """Take one commit back by a new one."""
    from inventory.record import history as past
    from inventory.record import shell_author

    _done(past.undo(_repository(), commit, shell_author(), reason), json)


@run_command
def proposals(json: Json = False) -> None:
    """List proposed changes."""
    from inventory.record.proposals import every

    found = every(_repository())
    if json:
        print_json([p.summary() for p in found])
        return
    rows = [(p.number, translate(STATES[p.state]), p.entry.author, p.entry.when, p.reason) for p in found]
    heads = (_("number"), _("state"), _("author"), _("time"), _("reason"))
    table("", [translate(head) for head in heads], rows)


STATES = {"open": _("open"), "merged": _("merged"), "declined": _("declined")}


@run_command
def review(number: Number, json: Json = False) -> None:
    """Show one proposal with all that it changes."""
    from inventory.record import proposals as proposed

    repository = _repository()
    found = proposed.get(repository, number)
    if json:
        print_json(proposed.shown(repository, found))
        return
    say(f"#{found.number}  {translate(STATES[found.state])}  {found.entry.author}  {found.reason}")
    _show(proposed.changes_of(repository, found))


@run_command
def merge(number: Number, note: Annotated[str, typer.Option(help=_("A note."))] = "", json: Json = False) -> None:
    """Merge a proposal; never one's own."""
    from inventory.allocate.join import new_secrets
    from inventory.record import proposals as proposed
    from inventory.record import shell_author

    repository = _repository()
    extra = new_secrets(repository.settings)
    _done(proposed.merge(repository, number, shell_author(), note, extra), json)


@run_command
def decline(number: Number, reason: Reason = "", json: Json = False) -> None:
    """Decline a proposal, with the reason."""
    from inventory.record import proposals as proposed
    from inventory.record import shell_author

    repository = _repository()
    proposed.decline(repository, number, shell_author(), reason)
    if json:
        print_json(proposed.get(repository, number).summary())
    else:
        say(translate(_("proposal {number} is declined"), number=number))


COMMANDS: dict[str, tuple[Callable[..., None], str]] = {
    "set": (set_, _("Change one field of an object.")),
    "drop": (drop, _("Remove an object.")),
    "commit": (commit, _("Commit what was edited in the files by hand.")),
    "history": (history, _("Who changed what of an object, when and why.")),
    "log": (log, _("The last commits.")),
    "diff": (diff, _("What differs between two dates or commits.")),
    "undo": (undo, _("Take one commit back; refused when later changes depend on it.")),
    "proposals": (proposals, _("List proposed changes.")),
    "review": (review, _("Show a proposed change.")),
    "merge": (merge, _("Merge a proposed change; never one's own.")),
    "decline": (decline, _("Decline a proposed change, with the reason.")),
}


app = typer.Typer()
for _name, (_command, _text) in COMMANDS.items():
    app.command(_name, help=_text)(_command)
