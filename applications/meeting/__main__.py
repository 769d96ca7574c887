"""`python -m applications.meeting serve|dump FILE` with MEETING_SETTINGS naming the settings file.

`serve` is the server behind nginx; `dump` writes a consistent copy of the database for a backup, while `serve` runs.
"""

import json
import logging
import os
import sqlite3
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from applications.meeting import people
from applications.meeting.janus import Admin
from applications.meeting.keeper import Keeper
from applications.meeting.live import Authority
from applications.meeting.settings import Settings, SettingsError, read
from applications.meeting.store import Store

DATABASE = "meetings.sqlite"
THREADS = 12


def venues(store: Store, path: Path) -> None:
    """Take over the county's venues; contacts and lines that people changed here stay.

    A venue that the county has no more is kept, as past meetings name it.
    """
    found = json.loads(path.read_text(encoding="utf-8"))
    store.many(
        "insert into venue (id, name, name_en, hall, contact, telephone, up_kbps, down_kbps)"
        " values (?, ?, ?, ?, ?, ?, ?, ?)"
        " on conflict (id) do update set name = excluded.name, name_en = excluded.name_en, hall = excluded.hall",
        [
            (
                *(venue.get("id") or venue["name"], venue["name"], venue["name_en"], int(venue.get("hall", False))),
                *(venue.get("contact", ""), venue.get("telephone", "")),
                *(int(venue.get("up_kbps", 512)), int(venue.get("down_kbps", 2048))),
            )
            for venue in found
        ],
    )


def serve(settings: Settings) -> None:
    """Serve until killed."""
    import waitress  # type: ignore[import-untyped]

    from applications.meeting.web import Services, create_app

    settings.recordings.mkdir(parents=True, exist_ok=True)
    store = Store(settings.data / DATABASE)
    venues(store, settings.venues)
    people.first(store, settings.organiser_password)
    authority = Authority(store, Admin(settings.janus_admin, settings.janus_secret), settings)
    keeper = Keeper(store, authority, settings)
    app = create_app(Services(settings, store, authority, keeper))
    keeper.start()
    waitress.serve(app, host="127.0.0.1", port=settings.port, threads=THREADS, ident="")


def dump(settings: Settings, target: str) -> None:
    """Write a consistent copy of the database to a file, beside the running server."""
    Path(target).unlink(missing_ok=True)
    with sqlite3.connect(settings.data / DATABASE) as source, sqlite3.connect(target) as copy:
        source.backup(copy)


def main(words: list[str]) -> int:
    """Run a command; return its exit code."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    commands: Mapping[str, Callable[..., None]] = {"serve": serve, "dump": dump}
    wanted = {"serve": 1, "dump": 2}
    if not words or wanted.get(words[0]) != len(words) or "MEETING_SETTINGS" not in os.environ:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        settings = read(Path(os.environ["MEETING_SETTINGS"]))
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    commands[words[0]](settings, *words[1:])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
