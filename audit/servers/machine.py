"""A server as it was read: its files with rights and owner, and what a few commands said. Pure.

Nothing secret comes in: private keys are cut out on the server itself, of a password's hash only its kind is told, and
what else stands in clear text is struck out before a machine is made of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from hashlib import sha256

from audit.model import Line
from countynet.i18n import _

NOT_READ = _("it was not read")
TOO_LARGE = _("{file} is too large to be read")
CUT = _("{command} did not end in time on it")


@dataclass(frozen=True)
class File:
    """A file of a server."""

    path: str
    mode: int
    """permission bits, e.g. 0o644"""
    owner: str
    """`user:group`"""
    lines: tuple[str, ...] = ()
    """empty for a file of which only the rights were asked, a private key"""

    def line(self, number: int) -> Line:
        """Return a line, counted from 1, as evidence."""
        return Line(section=self.path, line=number, text=self.lines[number - 1].strip())

    def rights(self) -> Line:
        """Return the file's rights as evidence."""
        return Line(section=self.path, line=0, text=f"{self.mode:04o} {self.owner}")


@dataclass(frozen=True)
class Machine:
    """A server; one with a `reason` could not be read."""

    name: str
    files: Mapping[str, File] = field(default_factory=dict)
    told: Mapping[str, str] = field(default_factory=dict)
    """what commands said, by name"""
    reason: str = ""
    """msgid: why it could not be read whole; empty when it was"""
    values: Mapping[str, str] = field(default_factory=dict)

    def like(self, *patterns: str) -> Iterator[File]:
        """Yield the files whose paths fit a shell pattern, in the order of their paths."""
        return (self.files[p] for p in sorted(self.files) if any(fnmatchcase(p, one) for one in patterns))

    def globbed(self, pattern: str) -> list[File]:
        """Return the files that a shell's glob finds: a star stops at a slash and passes over hidden files."""
        return [self.files[path] for path in sorted(self.files) if _globs(pattern, path)]

    def said(self, command: str) -> Iterator[Line]:
        """Yield the lines that a command said, as evidence."""
        for number, text in enumerate(self.told.get(command, "").splitlines(), 1):
            if text.strip():
                yield Line(section=f"$ {command}", line=number, text=text.strip())

    @cached_property
    def text(self) -> str:
        """Everything that was read, as it is kept among the evidence; empty when nothing was."""
        parts = [f"#### {f.path} {f.mode:04o}\n" + "".join(f"{line}\n" for line in f.lines) for f in self.like("*")]
        parts += [f"#### $ {name}\n{said.rstrip()}\n" for name, said in sorted(self.told.items())]
        return "".join(parts)

    @cached_property
    def sha256(self) -> str:
        """The hash of `text`: its name among the evidence."""
        return sha256(self.text.encode()).hexdigest()


def _globs(pattern: str, path: str) -> bool:
    wanted, parts = pattern.split("/"), path.split("/")
    return len(wanted) == len(parts) and all(
        fnmatchcase(part, one) and (one.startswith(".") or not part.startswith("."))
        for one, part in zip(wanted, parts, strict=True)
    )
