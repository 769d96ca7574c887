"""The mirror: Debian packages, wheels and container images of applications; servers install from it alone.

`make` needs package sources once, on any machine with the same Debian release; the folder can then be carried to a
county without Internet. It is idempotent and quick when done. A kind is either whole in the mirror, which its manifest
(`kinds/<kind>.json`) says with the recipe that it was made by, or not there. A file that no manifest names is removed;
images are brought by people (`images`) and stay.
"""

import fcntl
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from countynet.console import Progress
from countynet.errors import CountyError
from countynet.frozen import Frozen
from countynet.i18n import _
from playbooks.applications import containers
from playbooks.applications.kinds import Found
from playbooks.applications.mirror import debs, wheels
from topology.twin import base, repository

FOLDER = base.APPLICATIONS
COMMON = ("logrotate", "nftables", "nginx-light", "openssh-client", "openssl", "restic", "rsyslog", "supervisor")
"""Debian packages that every application's host has"""
VENV = "python3-venv"


@dataclass(frozen=True)
class Manifest:
    """What a kind needs of the mirror: names of files."""

    kind: str
    recipe: str
    debs: tuple[str, ...]
    wheels: tuple[str, ...]


def packages(found: Found) -> tuple[str, ...]:
    """Return the Debian packages that hosts of a kind have, sorted."""
    return tuple(sorted({*found.kind.packages, *COMMON, *([VENV] if found.lock else []), *_runtime(found)}))


def _runtime(found: Found) -> tuple[str, ...]:
    return containers.PACKAGES if found.kind.image else ()


def recipe(found: Found) -> str:
    """Return a digest of all that decides what the mirror holds for a kind."""
    lock = found.lock.read_text(encoding="utf-8") if found.lock else ""
    return hashlib.sha256(json.dumps([packages(found), lock]).encode()).hexdigest()


def manifest(kind: str, folder: Path | None = None) -> Manifest | None:
    """Return what the mirror says of a kind; None when it was never made."""
    file = (folder or FOLDER) / "kinds" / f"{kind}.json"
    if not file.is_file():
        return None
    said = json.loads(file.read_text(encoding="utf-8"))
    return Manifest(said["kind"], said["recipe"], tuple(said["debs"]), tuple(said["wheels"]))


def files(found: Found, folder: Path | None = None) -> dict[str, int]:
    """Return the files that a host of a kind needs, with their sizes. Raises CountyError when one is missing."""
    known = manifest(found.kind.kind, folder)
    if known is None or known.recipe != recipe(found):
        raise _not_made(found, known is not None)
    paths = ["debs/Packages", *(f"debs/{name}" for name in known.debs), *(f"wheels/{name}" for name in known.wheels)]
    try:
        return {path: ((folder or FOLDER) / path).stat().st_size for path in paths}
    except FileNotFoundError as error:
        raise _not_made(found, True) from error


def make(found: Sequence[Found], progress: Progress, folder: Path | None = None) -> tuple[str, ...]:
    """Make the mirror of some kinds; return those that were not whole. Raises MissingCapability, CountyError."""
    made, folder = list[str](), folder or FOLDER
    progress(0, len(found) + 1, "")
    base.prepare()
    with alone(folder):
        for done, one in enumerate(found):
            progress(done, len(found) + 1, one.kind.name)
            if not _is_whole(one, folder):
                _make(one, folder)
                made.append(one.kind.kind)
        if made or not (folder / "debs/Packages").is_file():
            _clear(folder)
            repository.index(folder / "debs")
    progress(len(found) + 1, len(found) + 1, "")
    return tuple(made)


def _is_whole(found: Found, folder: Path | None) -> bool:
    try:
        return bool(files(found, folder))
    except CountyError:
        return False


def _make(found: Found, folder: Path) -> None:
    names = debs.download(packages(found), folder / "debs", base.BASE)
    more = wheels.download(found.lock, folder / "wheels") if found.lock else ()
    known = Manifest(found.kind.kind, recipe(found), names, more)
    file = folder / "kinds" / f"{found.kind.kind}.json"
    file.parent.mkdir(exist_ok=True)
    new = file.with_suffix(".new")
    new.write_text(json.dumps(asdict(known), indent=1), encoding="utf-8")
    new.replace(file)


def _clear(folder: Path) -> None:
    """Remove the files that no manifest names."""
    known = [m for file in (folder / "kinds").glob("*.json") if (m := manifest(file.stem, folder))]
    kept = {f"debs/{name}" for m in known for name in m.debs} | {f"wheels/{name}" for m in known for name in m.wheels}
    for part in ("debs", "wheels"):
        for file in (folder / part).glob("*"):
            if file.is_file() and f"{part}/{file.name}" not in kept:
                file.unlink()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Have the mirror for oneself; its folders are there."""
    for part in ("debs", "wheels", "kinds", "images"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _not_made(found: Found, old: bool) -> CountyError:
    message = (
        _("the mirror has not all that {kind} needs now; make it: countynet mirror make --applications {kind}")
        if old
        else _("the mirror has nothing for {kind}; make it: countynet mirror make --applications {kind}")
    )
    return CountyError(message, kind=found.kind.kind)


def shown(found: Mapping[str, Found], folder: Path | None = None) -> list["Shown"]:
    """Return of every kind whether the mirror has it, with how many files and bytes."""
    return [_shown(one, folder) for one in found.values()]


def _shown(one: Found, folder: Path | None) -> "Shown":
    sizes = files(one, folder) if _is_whole(one, folder) else {}
    state = "whole" if sizes else "old" if manifest(one.kind.kind, folder) else "missing"
    return Shown(kind=one.kind.kind, title=one.kind.name, state=state, files=len(sizes), bytes=sum(sizes.values()))


class Shown(Frozen):
    """A kind in the mirror."""

    kind: str
    title: str
    state: str
    """whole, old or missing"""
    files: int
    bytes: int
