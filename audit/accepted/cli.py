"""`countynet audit accept`, `accepted`, `withdraw`: what the center lives with, for how long and why."""

from typing import Annotated

import typer

from countynet.canonical import JSON
from countynet.console import run_command
from countynet.i18n import _

Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]
Login = Annotated[str, typer.Option("--as", help=_("The login in whose name."))]


def add_to(app: typer.Typer) -> None:
    """Give these commands to `countynet audit`."""
    app.command("accept", help=_("Accept a check's findings until a day; only the center may."))(accept)
    app.command("accepted", help=_("List accepted findings: reason, last day, by whom."))(accepted)
    app.command("withdraw", help=_("Take an acceptance back; only the center may."))(withdraw)


@run_command
def accept(
    check: Annotated[str, typer.Argument(help=_("The check's id; see: countynet audit catalogue"))],
    reason: Annotated[str, typer.Option(help=_("Why it is lived with."))],
    until: Annotated[str, typer.Option(help=_("The last day, e.g. 2026-12-31; at most a year away."))],
    login: Login,
    subject: Annotated[str, typer.Option(help=_("The device or other subject; all if left out."))] = "",
    json: Json = False,
) -> None:
    """Accept findings. Exit code 2 for a wrong check, reason, day or person, all named at once."""
    from audit.accepted.service import accept as do
    from countynet import clock
    from countynet.console import out, print_json
    from countynet.db import open_database
    from countynet.i18n import translate
    from countynet.moments import moment
    from countynet.people import actor
    from countynet.settings import Settings

    engine = open_database(Settings.load())
    day = moment(until, "--until").astimezone(clock.CHINA).date()
    number = do(engine, actor(engine, login), check, subject, reason, day)
    if json:
        print_json({"acceptance": number, "check": check, "subject": subject, "until": day.isoformat()})
    else:
        out().print(translate(_("acceptance {number}: {check} until {until}"), number=number, check=check, until=day))


@run_command
def accepted(json: Json = False) -> None:
    """List acceptances, the newest first."""
    from audit.accepted.store import all_
    from countynet.console import print_json, table
    from countynet.db import open_database, reading
    from countynet.i18n import translate
    from countynet.settings import Settings

    with reading(open_database(Settings.load())) as session:
        rows = all_(session)
        found: list[dict[str, JSON]] = [
            {"id": r.id, "check": r.check, "subject": r.subject, "reason": r.reason, "until": r.until.isoformat(),
             "by": r.by, "at": r.at.isoformat(), "withdrawn_by": r.withdrawn_by}
            for r in rows
        ]  # fmt: skip
    if json:
        print_json(found)
        return
    columns = [_("number"), _("check"), _("subject"), _("reason"), _("until"), _("by"), _("withdrawn by")]
    cells = [[r["id"], r["check"], r["subject"] or translate(_("all")), r["reason"], r["until"], r["by"],
              r["withdrawn_by"]] for r in found]  # fmt: skip
    table(translate(_("Accepted findings")), [translate(c) for c in columns], cells)


@run_command
def withdraw(
    number: Annotated[int, typer.Argument(help=_("The acceptance's number."))], login: Login, json: Json = False
) -> None:
    """Take an acceptance back."""
    from audit.accepted.service import withdraw as do
    from countynet.console import out, print_json
    from countynet.db import open_database
    from countynet.i18n import translate
    from countynet.people import actor
    from countynet.settings import Settings

    engine = open_database(Settings.load())
    do(engine, actor(engine, login), number)
    if json:
        print_json({"withdrawn": number})
    else:
        out().print(translate(_("acceptance {number} is withdrawn"), number=number))
