"""What the commands of `countynet run` share: their options, the open county, and in whose name they act."""

from typing import TYPE_CHECKING, Annotated

import typer

from countynet.i18n import _

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from countynet.people import Actor
    from countynet.settings import Settings

Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]
Name = Annotated[str, typer.Argument(metavar="PLAYBOOK", help=_("The playbook's id; see: countynet run list"))]
Set = Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help=_("A value of the launch form."))]
Secret = Annotated[
    list[str] | None,
    typer.Option("--secret", metavar="NAME=FILE", help=_("A secret of the launch form: the file it stands in.")),
]
Number = Annotated[int, typer.Argument(help=_("The run's number."))]
Login = Annotated[str, typer.Option("--as", help=_("The login in whose name; else the account of this shell."))]


def opened() -> "tuple[Settings, Engine]":
    """Return the settings and the open database of the county."""
    from countynet.db import open_database
    from playbooks.backup.cli import settings_now

    settings = settings_now()
    return settings, open_database(settings)


def who(engine: "Engine", login: str) -> "Actor":
    """Return in whose name: an account, or whoever has the county's files in hand, who leads."""
    from countynet.people import Actor, actor
    from countynet.vocabulary import Role
    from playbooks.tags import shell_actor

    return actor(engine, login) if login else Actor(shell_actor(), Role.CENTER)
