"""The database under several hands: reports at once and in any order, and another process that only looks."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from pathlib import Path

import pytest

from applications.messages.reports import report
from applications.messages.send import Due, keep
from applications.messages.store import ACCEPTED, Database

LOOK = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM part').fetchall(); c.close()"
PARTS = 12


@pytest.fixture
def database(tmp_path: Path) -> Database:
    found = Database(tmp_path / "messages.db")
    found.make()
    with found.changing() as connection:
        connection.execute(
            "INSERT INTO message VALUES ('m', 's', NULL, '', '1', 't', 1, 0, 1, 0, 0, 'd', 'sending', 0)"
        )
        for number in range(1, PARTS + 1):
            connection.execute(
                "INSERT INTO part (message, number, text, state, due, changed) VALUES ('m', ?, 't', 'sending', 0, 0)",
                (number,),
            )
    return found


def states(database: Database) -> tuple[str, set[str]]:
    with database.opened() as connection:
        parts = {row["state"] for row in connection.execute("SELECT state FROM part")}
        return connection.execute("SELECT state FROM message").fetchone()["state"], parts


def beside(database: Database) -> dict[str, int]:
    return {file.name: file.stat().st_ino for file in database.file.parent.iterdir() if file != database.file}


def look(database: Database) -> None:
    """Read it as another process does, which a backup or a person is."""
    subprocess.run([sys.executable, "-c", LOOK, str(database.file)], check=True)


def test_the_files_beside_it_are_nobody_elses_to_make_while_the_service_runs(database: Database) -> None:
    look(database)
    assert beside(database) == {}, "the last connection takes them away, and whoever comes next makes them"
    with database.kept():
        before = beside(database)
        assert set(before) == {"messages.db-wal", "messages.db-shm"}
        for number in range(1, PARTS + 1):
            report(database, "m", number, 1, 1.0)
            look(database)
            assert beside(database) == before
    assert states(database) == ("delivered", {"delivered"})


def test_reports_of_all_parts_at_once_are_all_counted(database: Database) -> None:
    told = [(number, kind) for number in range(1, PARTS + 1) for kind in (8, 1)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: report(database, "m", one[0], one[1], 1.0), told))
    assert states(database) == ("delivered", {"delivered"})


@pytest.mark.parametrize("order", [*permutations(("kept", 8, 1))])
def test_reports_may_come_in_any_order_and_before_the_sending_is_written_down(
    database: Database, order: tuple[str | int, ...]
) -> None:
    for number in range(1, PARTS + 1):
        due = Due("m", number, "1", "t", 0, b"", 1, 60)
        for step in order:
            if isinstance(step, int):
                report(database, "m", number, step, 1.0)
            else:
                keep(database, due, ACCEPTED, "0: Accepted", 1.0)
    assert states(database) == ("delivered", {"delivered"})
