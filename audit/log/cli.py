"""The log's commands under `countynet audit`: check it, take it away, prove it, and the key that signs it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from countynet.canonical import JSON
from countynet.console import run_command
from countynet.i18n import _

Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]
Outside = Annotated[
    list[Path] | None,
    typer.Option(
        show_default=False, help=_("A folder or file with checkpoints kept elsewhere: a copy, saved mails; may repeat.")
    ),
]
Keys = Annotated[
    list[str] | None,
    typer.Option(
        "--key", show_default=False, help=_("A public key that you noted elsewhere (NAME+ID+KEY); may repeat.")
    ),
]
Roots = Annotated[
    Path | None,
    typer.Option("--tsa-ca", show_default=False, help=_("The root certificate of the time-stamp authority (PEM).")),
]
Actor = Annotated[str, typer.Option("--as", help=_("The login in whose name."))]


def add_to(app: typer.Typer) -> None:
    """Give the log's commands to `countynet audit`."""
    app.command("verify-log", help=_("Check the whole event log: table, archive, checkpoints, copies, stamps."))(verify)
    app.command("export-log", help=_("Write log and evidence into a folder to take away, with its checker."))(export)
    app.command("verify-evidence", help=_("Check a folder that was taken away, as its own program does."))(evidence)
    app.command("prove-log", help=_("Prove that the log of one day is the beginning of the log of another."))(prove)
    app.command("log-key", help=_("Show the public keys of the log, or make a new key."))(key)


@run_command
def verify(outside: Outside = None, keys: Keys = None, roots: Roots = None, json: Json = False) -> None:
    """Check everything; exit code 1 if anything is damaged."""
    from audit.log.judge import Elsewhere, judge
    from audit.log.stamps import roots_of
    from countynet.console import print_json
    from countynet.db import open_database, reading
    from countynet.settings import Settings

    settings = Settings.load()
    own = [settings.log_outside] if settings.log_outside else []
    elsewhere = Elsewhere([*own, *(outside or [])], _keys(keys), roots_of(roots or settings.log_tsa_ca))
    with reading(open_database(settings)) as session:
        found = judge(settings, session, elsewhere)
    if json:
        print_json(found.document())
    else:
        from audit.log.show import show

        show(found)
    raise typer.Exit(0 if found.whole else 1)


def _keys(texts: list[str] | None) -> "list[Any]":
    from countynet.errors import BadInput, Problem
    from countynet.eventlog.notes import Key

    found, problems = [], []
    for text in texts or []:
        try:
            found.append(Key.read(text))
        except ValueError:
            wanted = "countynet-log/...+1234abcd+..."
            problems.append(Problem(_("this is no public key of a log"), found=text, wanted=wanted))
    if problems:
        raise BadInput(problems)
    return found


@run_command
def export(
    folder: Annotated[Path, typer.Argument(help=_("A new or empty folder."))],
    without_evidence: Annotated[bool, typer.Option(help=_("Take the log only."))] = False,
    actor: Actor = "cli",
    json: Json = False,
) -> None:
    """Write the folder."""
    from audit.log.export import export as write
    from countynet import clock
    from countynet.console import print_json
    from countynet.db import open_database
    from countynet.i18n import translate
    from countynet.settings import Settings

    settings = Settings.load()
    taken = write(settings, open_database(settings), folder, clock.now(), actor, not without_evidence)
    if json:
        print_json(taken.document)
        return
    line = _("{events} events, {checkpoints} checkpoints, {stamps} time stamps, {evidence} pieces of evidence")
    typer.echo(translate(line, **taken.document))
    typer.echo(translate(_("Check them on another computer: python3 {program}"), program=folder / "verify.py"))


@run_command
def evidence(
    folder: Annotated[Path, typer.Argument(help=_("The folder that `countynet audit export-log` wrote."))],
    outside: Outside = None,
    keys: Keys = None,
    roots: Roots = None,
    json: Json = False,
) -> None:
    """Check a folder; exit code 1 if anything does not hold, 2 if it is no such folder."""
    from audit.verify import checked
    from countynet.console import print_json
    from countynet.errors import BadInput, Problem

    try:
        found = checked(folder, keys or [], [roots] if roots else [], outside or [])
    except (ValueError, OSError, IndexError) as error:
        raise BadInput([Problem(_("this cannot be checked: {error}"), {"error": str(error)}, str(folder))]) from error
    if json:
        print_json(found)
    else:
        _show_taken(found)
    raise typer.Exit(0 if found["holds"] else 1)


def _show_taken(found: Mapping[str, Any]) -> None:
    from audit.verify import report
    from countynet.i18n import language

    for line in report(found, language().startswith("en")):
        typer.echo(line)


@run_command
def prove(
    begins: Annotated[str, typer.Option("--from", help=_("A day or time: the last checkpoint until then."))],
    ends: Annotated[str, typer.Option("--to", show_default=False, help=_("A later one; now, if left out."))] = "",
    json: Json = False,
) -> None:
    """Prove it; exit code 1 if it does not hold."""
    from audit.log.proof import between
    from countynet import clock
    from countynet.console import print_json
    from countynet.db import open_database, reading
    from countynet.i18n import translate
    from countynet.moments import moment
    from countynet.settings import Settings

    settings = Settings.load()
    first = moment(begins, "--from", end_of_day=True)
    last = moment(ends, "--to", end_of_day=True) if ends else clock.now()
    with reading(open_database(settings)) as session:
        proof = between(settings, session, first, last)
    if json:
        print_json(proof.document)
    else:
        holds = _("The first {old} of {new} events are the same; {count} hashes prove it.")
        fails = _("The {old} events of then are not the beginning of the {new} of now.")
        sizes: dict[str, JSON] = {"old": proof.old.checkpoint.size, "new": proof.new.checkpoint.size}
        typer.echo(translate(holds if proof.holds else fails, **sizes, count=len(proof.hashes)))
    raise typer.Exit(0 if proof.holds else 1)


@run_command
def key(
    renew: Annotated[bool, typer.Option(help=_("Make a new key, which signs from now on."))] = False,
    actor: Actor = "cli",
    json: Json = False,
) -> None:
    """Show the public keys, newest first; note them elsewhere."""
    from audit.log import checkpoint, keys
    from countynet.console import print_json
    from countynet.db import open_database, reading, transaction
    from countynet.settings import Settings

    settings = Settings.load()
    engine = open_database(settings)
    if renew or not keys.key_file(settings).exists():
        private = keys.make(settings)
        with transaction(engine) as session:
            keys.announce(session, checkpoint.name_of(settings, session), private, actor)
    with reading(engine) as session:
        found = [one.text for one in keys.public_keys(session)]
    if json:
        print_json({"algorithm": "ed25519", "keys": list(found)})
    else:
        for text in found:
            typer.echo(text)
