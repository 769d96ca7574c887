"""On a server: copies a county with all that happened in it, whole and consistent, while countynet runs; and back.

    county_state.py save COUNTY FOLDER    county.bundle (every branch) and state/ (databases by SQLite's own backup)
    county_state.py load FOLDER COUNTY    the county anew; what was there stands beside it as COUNTY.before-restore

A database that is open is never copied as a file: its copy could be torn. Standard library alone.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

MAGIC = b"SQLite format 3\0"
BESIDE = ("-wal", "-shm", "-journal")
"""files that belong to an open database"""


def save(county: str, folder: str) -> None:
    """Copy a county into a folder, whole or not at all."""
    new = os.path.join(folder, ".new")
    shutil.rmtree(new, ignore_errors=True)
    os.makedirs(new, 0o700)
    subprocess.run(["git", "-C", county, "bundle", "create", "--quiet", f"{new}/county.bundle", "--all"], check=True)
    state = os.path.join(county, ".state")
    for place, folders, files in os.walk(state):
        target = os.path.join(new, "state", os.path.relpath(place, state))
        os.makedirs(target, 0o700, exist_ok=True)
        for name in files:
            _copy(os.path.join(place, name), os.path.join(target, name))
        for name in [each for each in folders if os.path.islink(os.path.join(place, each))]:
            os.symlink(os.readlink(os.path.join(place, name)), os.path.join(target, name))
    for name in ("county.bundle", "state"):
        old = os.path.join(folder, name)
        if os.path.isdir(old):
            shutil.rmtree(old)
        elif os.path.lexists(old):
            os.unlink(old)
        os.rename(os.path.join(new, name), old)
    os.rmdir(new)


def _copy(source: str, target: str) -> None:
    if os.path.islink(source):
        os.symlink(os.readlink(source), target)
    elif source.endswith(BESIDE) or not os.path.isfile(source):
        return
    elif _is_database(source):
        with closing(sqlite3.connect(source, timeout=60)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
        shutil.copymode(source, target)
    else:
        try:
            shutil.copy2(source, target)
        except FileNotFoundError:  # it went while we walked
            return


def _is_database(path: str) -> bool:
    # SQLite locks by process, and this is another one than the one that serves: opening and closing it here is safe.
    with open(path, "rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def load(folder: str, county: str) -> None:
    """Put a county in its place from a folder."""
    new, before = f"{county}.new", f"{county}.before-restore"
    shutil.rmtree(new, ignore_errors=True)
    subprocess.run(["git", "clone", "--quiet", os.path.join(folder, "county.bundle"), new], check=True)
    shutil.copytree(os.path.join(folder, "state"), os.path.join(new, ".state"), symlinks=True)
    shutil.rmtree(before, ignore_errors=True)
    if os.path.lexists(county):
        os.rename(county, before)
    os.rename(new, county)


if __name__ == "__main__":
    os.umask(0o077)
    verb, source, target = sys.argv[1:]
    {"save": save, "load": load}[verb](source, target)
