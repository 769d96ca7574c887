"""`countynet messages`: keys of the message gateway, and our notices' way to it."""

from typing import Annotated

import typer

from countynet.console import print_json, run_command, say
from countynet.i18n import _, translate
from playbooks.runner.options import Json

app = typer.Typer(help=_("Keys of the message gateway, and our notices' way to it."), no_args_is_help=True)


@app.command(help=_("Give an application's or a person's key: into the vault, or shown once."))
@run_command
def key(
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("As the gateway's settings name it."))],
    into: Annotated[str, typer.Option("--into", help=_("Name of the secret in the vault that is to hold it."))] = "",
    person: Annotated[bool, typer.Option("--person", help=_("The key of a person, for the gateway's page."))] = False,
    as_json: Json = False,
) -> None:
    """Give a key. Raises BadInput for an unknown name."""
    from countynet.settings import Settings
    from playbooks.messages import keys
    from playbooks.present import present_county

    settings = Settings.load()
    value = keys.key(settings, keys.gateway(present_county(settings)), name, person)
    if into:
        keys.keep(settings, into, value)
    if as_json:
        print_json({"name": name, "secret": into} if into else {"name": name, "key": value})
    else:
        say(translate(_("The vault holds it as {name}."), name=into) if into else value)


@app.command(help=_("Have our notices go through the gateway: key and certificate kept, the channel's lines shown."))
@run_command
def connect(
    sender: Annotated[str, typer.Option(help=_("The application that our notices are to the gateway."))] = "notices",
    vouched: Annotated[
        bool, typer.Option("--vouched", help=_("The system trusts the gateway's certificate; keep none."))
    ] = False,
    as_json: Json = False,
) -> None:
    """Keep what the channel needs. Raises BadInput, CountyError when the gateway does not answer."""
    from countynet import vantage
    from countynet.settings import Settings
    from playbooks.messages import keys
    from playbooks.present import present_county

    settings = Settings.load()
    found = keys.gateway(present_county(settings))
    value = keys.key(settings, found, sender)
    shown = ""
    if not vouched:
        vantage.enter(settings)
        shown = keys.keep_certificate(settings, keys.certificate(found))
    keys.keep(settings, keys.NOTICES, value)
    lines = keys.channel(found, "" if vouched else keys.AUTHORITY)
    if as_json:
        print_json({"secret": keys.NOTICES, "certificate": shown, "channel": lines})
        return
    if shown:
        say(translate(_("The gateway's certificate has the SHA-256 fingerprint {print}; compare it."), print=shown))
    say(translate(_("Put this under `channels` of monitoring/notices.yml:")))
    say(lines)
