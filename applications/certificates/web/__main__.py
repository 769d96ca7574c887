"""Starts the pages, or keeps what they stand on: `python -m applications.certificates.web serve|people|copy SETTINGS`.

serve SETTINGS              on the Unix socket that nginx opens
people SETTINGS FILE PASSWORD-FILE   make the accounts of a JSON list that do not exist yet
copy SETTINGS FOLDER        consistent copies of both databases, for a backup
"""

import datetime as dt
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import waitress  # type: ignore[import-untyped]

from applications.certificates.keeper.client import Client, KeeperAway
from applications.certificates.problems import Refused
from applications.certificates.settings import BadSettings, WebSettings, read
from applications.certificates.web.app import create_app
from applications.certificates.web.people import People
from applications.certificates.web.store import Store

THREADS = 8


def serve(settings: WebSettings) -> None:
    """Serve until the process is ended."""
    from applications.certificates.signon.provider import provide

    app = create_app(settings, Client(Path(settings.keeper)), additions=(provide,))
    os.umask(0o007)
    print(f"the pages are at {settings.socket}", flush=True)
    socket = {"unix_socket": settings.socket, "unix_socket_perms": "660"}
    waitress.serve(app, **socket, url_scheme="https", threads=THREADS, ident=None)  # nginx in front speaks TLS


def people(settings: WebSettings, file: str, password: str) -> None:
    """Make the accounts that do not exist yet; print how many were made."""
    store = Store(Path(settings.data) / "web.db")
    found = People(store, lambda: dt.datetime.now(dt.UTC), [unit["name"] for unit in settings.units])
    wanted = [row for row in json.loads(Path(file).read_text(encoding="utf-8")) if found.find(row["login"]) is None]
    for row in wanted:
        found.add(row["login"], row["name"], row["unit"], row["role"], Path(password).read_text().strip())
    print(f"made {len(wanted)}")


def copy(settings: WebSettings, folder: str) -> None:
    """Write the copies: the pages' database here, the keeper's by the keeper beside its own."""
    Store(Path(settings.data) / "web.db").copy(Path(folder) / "web.copy")
    Client(Path(settings.keeper)).ask("copy", target="register.copy")


def main(words: list[str]) -> int:
    """Carry out one command; 2 with a sentence when it cannot be."""
    commands: dict[str, tuple[Callable[..., None], int]] = {
        "serve": (serve, 0),
        "people": (people, 2),
        "copy": (copy, 1),
    }
    if len(words) < 2 or words[0] not in commands or len(words) != 2 + commands[words[0]][1]:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        commands[words[0]][0](read(Path(words[1]), WebSettings), *words[2:])
    except (Refused, BadSettings, KeeperAway, OSError, KeyError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
