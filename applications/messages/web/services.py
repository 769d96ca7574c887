"""What the views work with, kept in the Flask application; no module of the gateway holds a client or a database."""

from dataclasses import dataclass
from typing import cast

from flask import current_app

from applications.messages.config import Config
from applications.messages.send import Sending
from applications.messages.store import Database


@dataclass(frozen=True)
class Services:
    """The gateway's parts."""

    config: Config
    database: Database
    sending: Sending


def services() -> Services:
    """Return the parts of the application that answers now."""
    return cast(Services, current_app.extensions["messages"])
