"""`countynet intrusions`: what detection and virus gateways told by syslog, and what people say to it."""

from typing import TYPE_CHECKING, Annotated

import typer

from countynet.canonical import JSON
from countynet.console import out, print_json, run_command, table
from countynet.i18n import _, translate

if TYPE_CHECKING:
    from countynet.people import Actor
    from inventory.model import County
    from monitoring.intrusions.service import Intrusions

app = typer.Typer(help=_("Show what intrusion detection and virus gateways told, and answer it."), no_args_is_help=True)
Number = Annotated[int, typer.Argument(metavar="INTRUSION", help=_("The intrusion's number."))]
Login = Annotated[str, typer.Option("--as", help=_("The login in whose name."))]
Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]


@app.command("list", help=_("List the intrusions that stand, the newest first."))
@run_command
def list_(
    unit: Annotated[str, typer.Option(help=_("Only of this unit."))] = "",
    kind: Annotated[str, typer.Option(help=_("Only of this kind: attack, virus or anomaly."))] = "",
    all_: Annotated[bool, typer.Option("--all", help=_("Also those that were answered or are false alarms."))] = False,
    limit: Annotated[int, typer.Option(help=_("At most so many."), min=1, max=5000)] = 100,
    as_json: Json = False,
) -> None:
    """List intrusions. Exit code 2 for a kind that there is not."""
    from countynet.errors import BadInput, Problem
    from monitoring.intrusions.model import IntrusionKind
    from monitoring.intrusions.service import Sieve
    from monitoring.intrusions.show import cells, document

    if kind and kind not in [k.value for k in IntrusionKind]:
        wanted = ", ".join(IntrusionKind)
        raise BadInput([Problem(_("there is no such kind"), where="--kind", found=kind, wanted=wanted)])
    ask, county = _opened()
    found = ask.list(_shell(), county, Sieve(unit, kind, also_answered=all_), limit)
    if as_json:
        print_json([document(one) for one in found])
        return
    columns = (_("number"), _("severity"), _("whom"), _("intrusion"), _("from and to"), _("times"), _("last seen"),
               _("state"))  # fmt: skip
    table(translate(_("Intrusions")), [translate(c) for c in columns], [cells(one) for one in found])


@app.command(help=_("Show one intrusion with the line it came from."))
@run_command
def show(intrusion: Number, as_json: Json = False) -> None:
    """Show one intrusion; exit code 2 when there is none."""
    from countynet.errors import BadInput
    from monitoring.intrusions.service import nothing
    from monitoring.intrusions.show import whole

    ask, county = _opened()
    found = ask.get(_shell(), county, intrusion)
    if found is None:
        raise BadInput([nothing(intrusion)])
    if as_json:
        print_json(whole(found))
        return
    for name, value in whole(found).items():
        if value not in ("", None, 0, False):
            out().print(f"{name}: {value}", markup=False)


@app.command(help=_("Say what was found and done about an intrusion; it stands no more."))
@run_command
def answer(
    intrusion: Number,
    text: Annotated[str, typer.Argument(help=_("What was found and done."))],
    login: Login,
    as_json: Json = False,
) -> None:
    """Answer an intrusion. Exit code 2 for a wrong person, number or text."""
    ask, county = _opened()
    ask.answer(_who(ask, login), county, intrusion, text)
    if as_json:
        print_json({"answered": intrusion})
    else:
        out().print(translate(_("intrusion {number} is answered"), number=intrusion))


@app.command(help=_("Take an intrusion's signature for a false alarm until a day; only the center may."))
@run_command
def accept(
    intrusion: Number,
    reason: Annotated[str, typer.Option(help=_("Why it is none."))],
    until: Annotated[str, typer.Option(help=_("The last day, e.g. 2026-12-31; at most a year away."))],
    login: Login,
    everywhere: Annotated[bool, typer.Option("--everywhere", help=_("Of every address, not of its source alone."))] = (
        False
    ),
    as_json: Json = False,
) -> None:
    """Take a signature for a false alarm. Exit code 2 with everything wrong at once."""
    from countynet import clock
    from countynet.moments import moment

    ask, _county = _opened()
    day = moment(until, "--until").astimezone(clock.CHINA).date()
    number = ask.accept(_who(ask, login), intrusion, everywhere, reason, day)
    if as_json:
        print_json({"false_alarm": number, "until": day.isoformat()})
    else:
        out().print(translate(_("false alarm {number} holds until {until}"), number=number, until=day))


@app.command("false-alarms", help=_("List what the center took for false alarms: reason, last day, by whom."))
@run_command
def false_alarms(as_json: Json = False) -> None:
    """List false alarms, the newest first."""
    from monitoring.intrusions.show import false_alarm

    found: list[dict[str, JSON]] = [false_alarm(row) for row in _opened()[0].false_alarms()]
    if as_json:
        print_json(found)
        return
    columns = [_("number"), _("signature"), _("address"), _("reason"), _("until"), _("by whom"), _("withdrawn by")]
    cells = [[r["id"], f"{r['feed']} {r['signature']}", r["address"] or translate(_("every address")), r["reason"],
              r["until"], r["by"], r["withdrawn_by"]] for r in found]  # fmt: skip
    table(translate(_("False alarms")), [translate(c) for c in columns], cells)


@app.command(help=_("Take a false alarm back; only the center may."))
@run_command
def withdraw(
    number: Annotated[int, typer.Argument(help=_("The false alarm's number."))], login: Login, as_json: Json = False
) -> None:
    """Take a false alarm back."""
    ask, _county = _opened()
    ask.withdraw(_who(ask, login), number)
    if as_json:
        print_json({"withdrawn": number})
    else:
        out().print(translate(_("false alarm {number} is withdrawn"), number=number))


def _opened() -> "tuple[Intrusions, County]":
    from countynet.db import open_database
    from countynet.settings import Settings
    from inventory import load_county
    from monitoring.intrusions.service import Intrusions

    settings = Settings.load()
    return Intrusions(open_database(settings)), load_county(settings.county)


def _shell() -> "Actor":
    """Return whoever has the county's files in hand: the center, who sees all."""
    from getpass import getuser

    from countynet.people import Actor
    from countynet.vocabulary import Role

    return Actor(f"shell:{getuser()}", Role.CENTER)


def _who(ask: "Intrusions", login: str) -> "Actor":
    from countynet.people import actor

    return actor(ask.engine, login)
