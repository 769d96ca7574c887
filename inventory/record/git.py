"""Git as the record needs it: read files of a commit, make a commit without touching the work tree, move a branch.

Plumbing only (no porcelain, no hooks, no configuration of the user's), so that a commit is either there or not, and a
disk that is full shows before anything changed. Commits are made by `countynet`; their author is the person.
"""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from countynet import clock
from countynet.errors import CountyError, MissingCapability
from countynet.i18n import _
from inventory.record.edit import Author

COMMITTER = "countynet"
_TRAILER = re.compile(r"(Object|Reverts|Proposal): \S")
_LOG = "%H%x1f%P%x1f%an%x1f%ae%x1f%aI%x1f%cn%x1f%B%x1e"


@dataclass(frozen=True)
class Entry:
    """One commit."""

    commit: str
    parents: tuple[str, ...]
    author: str
    login: str
    at: datetime
    """with its time zone"""
    message: str
    ours: bool
    """made by countynet, so that its trailers can be believed"""

    @property
    def when(self) -> str:
        """The time on the county's clock, for people."""
        return f"{self.at.astimezone(clock.CHINA):%Y-%m-%d %H:%M}"

    @property
    def reason(self) -> str:
        """The message without its trailers."""
        return _split(self.message)[0] if self.ours else self.message

    def trailers(self, name: str) -> tuple[str, ...]:
        """Return the values of a trailer such as `Object`; none of a commit that was made by hand."""
        lines = _split(self.message)[1] if self.ours else ()
        return tuple(line.split(": ", 1)[1] for line in lines if line.startswith(f"{name}: "))


def _split(message: str) -> tuple[str, tuple[str, ...]]:
    """Return the reason and the trailers, which are the last paragraph if all its lines are trailers."""
    reason, _gap, last = message.rpartition("\n\n")
    lines = tuple(last.splitlines())
    return (reason.strip(), lines) if lines and all(_TRAILER.match(line) for line in lines) else (message, ())


class Git:
    """One repository; every method raises CountyError with git's words when git refuses."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *words: str, given: bytes = b"", environment: Mapping[str, str] | None = None) -> bytes:
        """Run git and return what it prints."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        fixed = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C.UTF-8"}
        command = ["git", "-c", "core.quotepath=off", "-c", "safe.directory=*", "-C", str(self.folder), *words]
        try:
            done = subprocess.run(
                command, input=given, capture_output=True, check=False, env={**clean, **fixed, **(environment or {})}
            )
        except FileNotFoundError as error:
            raise MissingCapability(_("git is missing; install it: apt-get install git")) from error
        if done.returncode:
            answer = done.stderr.decode(errors="replace").strip()
            raise CountyError(_("git refused in {folder}: {answer}"), folder=self.folder, answer=answer)
        return done.stdout

    def text(self, *words: str) -> str:
        """Run git and return what it prints as text, stripped."""
        return self.run(*words).decode(errors="replace").strip()

    def find(self, revision: str) -> str | None:
        """Return the commit that a name stands for, None when there is none."""
        if revision.startswith("-"):
            return None
        try:
            return self.text("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        except MissingCapability:
            raise
        except CountyError:
            return None

    def files(self, commit: str) -> dict[str, bytes]:
        """Return the county's files (`*.yml`) at a commit. Raises CountyError for a symbolic link among them."""
        blobs: dict[str, str] = {}
        for line in self.text("ls-tree", commit).splitlines():
            about, name = line.split("\t", 1)
            mode, kind, blob = about.split()
            if kind == "blob" and name.endswith(".yml"):
                if mode == "120000":
                    raise CountyError(_("{file} is a symbolic link; a county's files are plain files"), file=name)
                blobs[name] = blob
        return dict(zip(blobs, self._blobs(list(blobs.values())), strict=True))

    def _blobs(self, names: list[str]) -> Iterator[bytes]:
        said = self.run("cat-file", "--batch", given="".join(f"{name}\n" for name in names).encode())
        at = 0
        for _name in names:
            line_end = said.index(b"\n", at)
            size = int(said[at:line_end].split()[2])
            yield said[line_end + 1 : line_end + 1 + size]
            at = line_end + size + 2

    def make(self, parents: tuple[str, ...], files: Mapping[str, "bytes | None"], author: Author, message: str) -> str:
        """Make a commit on top of the first parent with files changed (None: removed); return it. Moves nothing."""
        with tempfile.TemporaryDirectory(prefix="countynet-index-") as place:
            own = {"GIT_INDEX_FILE": f"{place}/index", "GIT_OPTIONAL_LOCKS": "1"}
            self.run("read-tree", parents[0], environment=own)
            lines = []
            for name, content in files.items():
                blob = "0" * 40 if content is None else self.run("hash-object", "-w", "--stdin", given=content).decode()
                lines.append(f"{'0' if content is None else '100644'} {blob.strip()}\t{name}\n")
            self.run("update-index", "--index-info", given="".join(lines).encode(), environment=own)
            tree = self.run("write-tree", environment=own).decode().strip()
        who = {
            "GIT_AUTHOR_NAME": author.name or author.login,
            "GIT_AUTHOR_EMAIL": author.login,
            "GIT_COMMITTER_NAME": COMMITTER,
            "GIT_COMMITTER_EMAIL": COMMITTER,
        }
        above = [word for parent in parents for word in ("-p", parent)]
        return self.run("commit-tree", tree, *above, given=message.encode(), environment=who).decode().strip()

    def move(self, reference: str, to: str, before: str) -> None:
        """Move a branch if it still stands where it was (`before` all zeros: it must be new)."""
        self.run("update-ref", reference, to, before)

    def log(self, *words: str) -> list[Entry]:
        """Return commits, newest first; `words` choose them."""
        said = self.run("log", f"--format={_LOG}", *words).decode(errors="replace")
        return [_entry(part.lstrip("\n")) for part in said.split("\x1e") if part.strip()]


def _entry(part: str) -> Entry:
    commit, parents, author, login, at, committer, message = part.split("\x1f")
    when = datetime.fromisoformat(at)
    return Entry(commit, tuple(parents.split()), author, login, when, message.strip(), committer == COMMITTER)
