"""The files that people and programs read, kept equal to the last commit, also when we die in between.

Before files are written, a journal in the state folder names the commit they belong to; it is removed when the branch
has moved. Whoever comes next and finds a journal finishes or takes back, by what the branch says. A file that somebody
edited by hand meanwhile is left alone.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from inventory.record.git import Git

JOURNAL = "record.json"
Files = Mapping[str, "bytes | None"]
"""content by file name; None: the file is gone"""


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file in one step, on disk before it counts. Raises OSError, with the old file untouched."""
    new = path.with_name(f".{path.name}.new")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with new.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def content(path: Path) -> bytes | None:
    """Return what a file holds, None when there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def put(folder: Path, files: Files) -> None:
    """Bring files to their content."""
    for name, wanted in files.items():
        if wanted is None:
            (folder / name).unlink(missing_ok=True)
        elif content(folder / name) != wanted:
            write_whole(folder / name, wanted)


def by_hand(folder: Path, committed: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return the county's files that are not as they were committed."""
    present = {path.name for path in folder.glob("[!.]*.yml")}
    return tuple(sorted(n for n in present | set(committed) if content(folder / n) != committed.get(n)))


def begin(state: Path, base: str, new: str) -> None:
    """Note that the files of `new` are about to be written over those of `base`."""
    state.mkdir(parents=True, exist_ok=True)
    write_whole(state / JOURNAL, json.dumps({"base": base, "new": new}).encode())


def end(state: Path) -> None:
    """Note that nothing is under way."""
    (state / JOURNAL).unlink(missing_ok=True)


def recover(folder: Path, state: Path, git: Git, head: str) -> bool:
    """Finish or take back what a killed process left; return whether its commit stands."""
    said = content(state / JOURNAL)
    if said is None:
        return False
    note = json.loads(said)
    sides = [git.files(commit) for name in ("base", "new") if (commit := git.find(str(note[name])))]
    wanted = git.files(head)
    for name in sorted({name for side in sides for name in side}):
        if content(folder / name) in [side.get(name) for side in sides]:
            put(folder, {name: wanted.get(name)})
        (folder / f".{name}.new").unlink(missing_ok=True)
    git.run("read-tree", head, environment={"GIT_OPTIONAL_LOCKS": "1"})
    end(state)
    return bool(note["new"] == head)
