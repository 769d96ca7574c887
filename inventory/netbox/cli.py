"""`countynet inventory netbox`: export to a running NetBox, import from it, or write the CSV files that it takes."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from countynet.console import print_json, progress, run_command, say, table
from countynet.i18n import _, translate

if TYPE_CHECKING:
    from countynet.settings import Settings
    from inventory.netbox.differences import Differences
    from inventory.netbox.push import Outcome

app = typer.Typer(
    name="netbox",
    help=_("Exchange with NetBox 4.7: export, import, CSV files."),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]
Url = Annotated[str, typer.Argument(help=_("NetBox's address, e.g. https://netbox.example.org."))]
TokenFile = Annotated[
    Path | None,
    typer.Option(
        help=_("File with NetBox's token; without it COUNTYNET_NETBOX_TOKEN_FILE or the vault's netbox/token.")
    ),
]
SHOWN = 200
"""how many rows of a table are shown to a person; --json gives all"""


def export_to(
    settings: "Settings",
    url: str,
    json: bool = False,
    *,
    token_file: Path | None = None,
    preview: bool = False,
    prune: bool = False,
    adopt: bool = False,
) -> None:
    """Bring a NetBox to what the county says and print what was done; SystemExit(1) when it refused something.

    Raises BadInput (no token, a bad address, a county that is not valid) and CountyError (NetBox is not reached).
    """
    from inventory import load_county
    from inventory.netbox import mapping, report, service
    from inventory.netbox.push import Options

    county = load_county(settings.county)
    server = service.connect(settings, url, token_file)
    options = Options(prune=prune, adopt=adopt, preview=preview)
    outcome = service.export(server, county, options, progress(translate(_("NetBox"))))
    left_out = mapping.left_out(county)
    if json:
        print_json({"preview": preview, **report.document(outcome, left_out)})
    else:
        _show_outcome(outcome, left_out, preview)
    if outcome.failures or outcome.waiting:
        raise SystemExit(1)


def _show_outcome(outcome: "Outcome", left_out: dict[str, int], preview: bool) -> None:
    from inventory.netbox import report

    columns = [_("kind"), _("made"), _("changed"), _("removed"), _("refused")]
    title = translate(_("What an export would do") if preview else _("What the export did"))
    if rows := list(report.counts(outcome)):
        table(title, [translate(c) for c in columns], rows)
    columns = [_("what"), _("object"), _("field"), _("before"), _("now")]
    if changes := list(report.changes(outcome)):
        table("", [translate(c) for c in columns], changes[:SHOWN])
    if outcome.failures:
        failures = [(f"{f.kind}/{f.key}", f.words) for f in outcome.failures]
        table(translate(_("NetBox refused")), [translate(_("object")), translate(_("NetBox's words"))], failures)
    _say_rest(outcome, left_out)


def _say_rest(outcome: "Outcome", left_out: dict[str, int]) -> None:
    from inventory.netbox import report

    if outcome.waiting:
        names = ", ".join(dict.fromkeys(f"{w.needs.kind}/{w.needs.key}" for w in outcome.waiting[:SHOWN]))
        message = _("{count} objects wait for what was refused ({names}); mend that and run this again")
        say(translate(message, count=len(outcome.waiting), names=names))
    if not outcome.done and not outcome.failures and not outcome.waiting:
        say(translate(_("nothing to change: all {count} objects are in NetBox as they should be"), count=outcome.same))
    else:
        say(translate(_("{count} objects were as they should be already"), count=outcome.same))
    if outcome.extra:
        names = ", ".join(f"{kind}/{key}" for kind, key in outcome.extra[:10])
        message = _("{count} objects of ours are in NetBox only, e.g. {names}; --prune removes them")
        say(translate(message, count=len(outcome.extra), names=names))
    if outcome.count("theirs"):
        message = _(
            "{count} objects have our key but not the tag countynet; they were left alone; --adopt takes them over"
        )
        say(translate(message, count=outcome.count("theirs")))
    if left_out:
        kept = ", ".join(f"{translate(report.SECTIONS[section])} {count}" for section, count in left_out.items())
        say(translate(_("NetBox has no place for: {kept}"), kept=kept))


@app.command("export", help=_("Bring a NetBox to what the inventory says; a second time changes nothing."))
@run_command
def export(
    url: Url,
    token_file: TokenFile = None,
    preview: Annotated[bool, typer.Option("--preview", help=_("Only show what it would do."))] = False,
    prune: Annotated[bool, typer.Option("--prune", help=_("Remove what is ours in NetBox and here no more."))] = False,
    adopt: Annotated[bool, typer.Option("--adopt", help=_("Take over what has our key but not our tag."))] = False,
    json: Json = False,
) -> None:
    """Export to a NetBox."""
    from countynet.settings import Settings

    options: dict[str, Any] = {"preview": preview, "prune": prune, "adopt": adopt}
    export_to(Settings.load(), url, json, token_file=token_file, **options)


@app.command("import", help=_("Take over from a NetBox what it says otherwise; shows the differences first."))
@run_command
def import_(
    url: Url,
    token_file: TokenFile = None,
    preview: Annotated[bool, typer.Option("--preview", help=_("Only show the differences."))] = False,
    everything: Annotated[bool, typer.Option("--all", help=_("Take in new objects without our tag too."))] = False,
    drop: Annotated[
        bool, typer.Option("--drop", help=_("Drop here what NetBox has no more, where that is safe."))
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask before taking over."))] = False,
    propose: Annotated[
        bool, typer.Option("--propose", help=_("Propose it for review instead of changing it."))
    ] = False,
    reason: Annotated[str, typer.Option("--reason", "-m", help=_("Why; stands in the history."))] = "",
    json: Json = False,
) -> None:
    """Import from a NetBox."""
    from countynet.settings import Settings
    from inventory import load_county
    from inventory.netbox import report, service
    from inventory.record import cli as record

    settings = Settings.load()
    county = load_county(settings.county)
    server = service.connect(settings, url, token_file)
    found = service.compare(server, county, everything, drop, progress(translate(_("NetBox"))))
    if json and (preview or not found.edits):
        print_json({"committed": False, **report.comparison(found)})
        return
    if not json:
        _show_differences(found)
    if preview or not found.edits or not _agreed(yes, json):
        return
    record.make(found.edits, reason or translate(_("taken over from NetBox {url}"), url=url), propose, json)


def _agreed(yes: bool, json: bool) -> bool:
    """Whether to go on: with --yes, or when a person at a terminal says so."""
    if yes or json:
        return True
    if not sys.stdin.isatty():
        say(translate(_("nothing was taken over; --yes does it without asking")))
        return False
    return typer.confirm(translate(_("Take this over?")), err=True)


def _show_differences(found: "Differences") -> None:
    from inventory.netbox import report

    if not found.edits:
        say(translate(_("NetBox says nothing otherwise that we take over")))
    columns = [_("object"), _("field"), _("here"), _("in NetBox")]
    if found.shown:
        rows = list(report.differing(found))
        table(translate(_("What NetBox says otherwise")), [translate(c) for c in columns], rows[:SHOWN])
    if found.unheld:
        columns = [_("object"), _("field"), _("in NetBox"), _("why not")]
        rows = [(u.object, u.field, u.value, translate(u.reason)) for u in found.unheld]
        table(translate(_("Not taken over")), [translate(c) for c in columns], rows[:SHOWN])
    if found.missing:
        message = _("{count} items are here and not in NetBox, e.g. {names}")
        say(translate(message, count=len(found.missing), names=", ".join(found.missing[:10])))


@app.command("csv", help=_("Write the CSV files that NetBox's bulk import takes, in the order of their numbers."))
@run_command
def csv(folder: Annotated[Path, typer.Argument(help=_("Where to write them."))], json: Json = False) -> None:
    """Write the CSV files."""
    from countynet.settings import Settings
    from inventory import load_county
    from inventory.netbox import csvfiles, mapping, report

    things = mapping.things(load_county(Settings.load().county))
    made = csvfiles.write(things, folder)
    left_out = {kind: len(things[kind]) for kind in csvfiles.LEFT_OUT if things[kind]}
    if json:
        print_json({"folder": str(folder), "files": made, "left_out": left_out})
        return
    table(str(folder), [translate(_("file")), translate(_("objects"))], made.items())
    if left_out:
        kept = ", ".join(f"{translate(report.NAMES[kind])} {count}" for kind, count in left_out.items())
        say(translate(_("NetBox's CSV import cannot take: {kept}; the export to a running NetBox can"), kept=kept))


@run_command
def device_type(
    files: Annotated[list[Path], typer.Argument(help=_("Files in the format of NetBox's device type library."))],
    propose: Annotated[
        bool, typer.Option("--propose", help=_("Propose it for review instead of changing it."))
    ] = False,
    reason: Annotated[str, typer.Option("--reason", "-m", help=_("Why; stands in the history."))] = "",
    json: Json = False,
) -> None:
    """Add device types from files of the library; one that is there with that slug is brought to what the file says."""
    from inventory.netbox import library
    from inventory.record import cli as record

    found = library.read_files(files)
    for name, ignored in library.ignored(found):
        say(translate(_("{file}: the inventory has no place for {keys}"), file=name, keys=", ".join(ignored)))
    names = ", ".join(item.type.slug for item in found.values())
    why = reason or translate(_("device types from the library: {names}"), names=names)
    record.make(library.puts(found), why, propose, json)
