"""On a server: writes down what is about to be saved, and compares a restored copy with that, file by file.

    compare.py note FILE FOLDER[:FOLDER...]   FILE: a line a file with its SHA-256, owner, group and mode
    compare.py check FILE ROOT                ROOT holds a restored tree with FILE in it; 1 when something differs
    compare.py own FILE ROOT                  gives the restored tree its owners by name: numbers differ between hosts

A file that was written to since the note was begun (which is the note's own time) can differ and is only counted.
SQLite's `-shm` is left out: it is mapped memory, whose time says nothing, and is made anew by whoever opens the
database. A host that has folders without a file (workers beside the host of the stores) is saved and restored as such;
a note of nothing is refused. Standard library alone: it runs on any server with Python.
"""

import grp
import hashlib
import json
import os
import pwd
import stat
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any


def _walk(folder: str) -> Iterator[str]:
    yield folder
    for place, folders, files in os.walk(folder):
        yield from (os.path.join(place, name) for name in (*folders, *files))


def _digest(path: str) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _name(lookup: Callable[[int], Any], number: int) -> str:
    try:
        return str(lookup(number)[0])
    except KeyError:
        return str(number)


def _entry(path: str) -> dict[str, object]:
    found = os.lstat(path)
    digest = _digest(path) if stat.S_ISREG(found.st_mode) else ""
    link = os.readlink(path) if stat.S_ISLNK(found.st_mode) else ""
    owner, group = _name(pwd.getpwuid, found.st_uid), _name(grp.getgrgid, found.st_gid)
    return {"path": path, "sha256": digest, "link": link, "owner": owner, "group": group, "mode": found.st_mode}


def note(file: str, folders: str) -> None:
    """Write down every file, folder and link; the note's time is that of its beginning."""
    begun = time.time()
    with open(file + ".new", "w", encoding="utf-8") as out:
        for folder in folders.split(":"):
            for path in _walk(folder):
                kind = os.lstat(path).st_mode if os.path.lexists(path) else 0
                if (
                    path not in (file, file + ".new")
                    and not path.endswith("-shm")
                    and any(f(kind) for f in (stat.S_ISREG, stat.S_ISDIR, stat.S_ISLNK))
                ):
                    try:
                        out.write(json.dumps(_entry(path)) + "\n")
                    except FileNotFoundError:
                        continue
    os.utime(file + ".new", (begun, begun))
    os.replace(file + ".new", file)


def _read(file: str) -> Iterator[dict[str, object]]:
    with open(file, encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def check(file: str, root: str) -> int:
    """Compare a restored tree with what was written down; says a JSON document, returns 1 when it differs."""
    noted = os.stat(root + file).st_mtime
    files = size = moved = entries = 0
    wrong = []
    for entry in _read(root + file):
        entries += 1
        path = root + str(entry["path"])
        if not os.path.lexists(path):
            wrong.append(entry["path"])
            continue
        found = os.lstat(path)
        if entry["sha256"]:
            files, size = files + 1, size + found.st_size
            if _digest(path) != entry["sha256"]:
                if found.st_mtime >= noted:
                    moved += 1
                else:
                    wrong.append(entry["path"])
        elif entry["link"] and os.readlink(path) != entry["link"]:
            wrong.append(entry["path"])
    print(json.dumps({"files": files, "bytes": size, "moved": moved, "different": len(wrong)}))
    for name in wrong[:20]:
        print(f"differs or is missing: {name}", file=sys.stderr)
    if not entries:
        print(f"{file}: nothing was saved: its folders were not there", file=sys.stderr)
    return 1 if wrong or not entries else 0


def own(file: str, root: str) -> None:
    """Give a restored tree its owners by name."""
    for entry in _read(root + file):
        path = root + str(entry["path"])
        if os.path.lexists(path):
            os.lchown(path, _number(pwd.getpwnam, entry["owner"]), _number(grp.getgrnam, entry["group"]))
            if not entry["link"]:
                os.chmod(path, stat.S_IMODE(int(str(entry["mode"]))))


def _number(lookup: Callable[[str], Any], name: object) -> int:
    try:
        return int(lookup(str(name))[2])
    except KeyError:
        return int(str(name)) if str(name).isdecimal() else 0


if __name__ == "__main__":
    verb, *words = sys.argv[1:]
    sys.exit({"note": note, "check": check, "own": own}[verb](*words) or 0)
