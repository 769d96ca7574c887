"""Running configurations as fetched from the devices: a git repository in the state folder.

`masked/<device>.conf` is safe to show and to compare (a secret is struck out; a changed one shows as changed where the
platform can tell); `sealed/<device>.vault` is the original, encrypted with the county's vault password, for a
restore. A commit says who caused the look and why, and there is one only when the meaning changed: neither times and
uptime (`inventory.platforms.steady`) nor ciphertext that was salted again make history. Of such an original the last
one seen is kept beside the history and joins it with the next change. `playbooks` writes here, `audit` and the
dashboard read.
"""

import fcntl
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from pydantic import SecretStr

from countynet.errors import BadInput, Conflict, CountyError, Problem
from countynet.i18n import _
from countynet.secrets import keyed, seal, unseal
from countynet.settings import Settings
from inventory.platforms.steady import steady
from inventory.record.git import COMMITTER, Git

MASKED, SEALED, SEEN = "masked", "sealed", "seen"
_NAMED = 5


class Cause(StrEnum):
    """Why a device was looked at."""

    MANUAL = "manual"
    SCHEDULE = "schedule"
    PLAN = "plan"
    """about: its number, and whether before or after"""
    SAID = "said"
    """the device said that it was changed; about: who changed it, as it said"""
    RESTORE = "restore"
    OTHER = "other"


@dataclass
class Why:
    """In whose name and why devices are looked at; `changed` grows with the devices that turned out changed."""

    actor: str = "system"
    cause: Cause = Cause.OTHER
    about: str = ""
    keep: bool = True
    """whether what is seen is kept; no for a bare box that takes a device's place"""
    changed: list[str] = field(default_factory=list)


_why: ContextVar[Why | None] = ContextVar("countynet_running_why", default=None)


@contextmanager
def because(why: Why) -> Iterator[Why]:
    """Say for everything kept inside by this thread who looked and why."""
    token = _why.set(why)
    try:
        yield why
    finally:
        _why.reset(token)


def reason(actor: str, cause: Cause = Cause.OTHER) -> Why:
    """Return the reason that stands already, else this person with this cause."""
    return _why.get() or Why(actor, cause)


def folder(settings: Settings) -> Path:
    """Return where running configurations are kept."""
    return settings.state / "running"


def devices(settings: Settings) -> tuple[str, ...]:
    """Return the names of the devices whose running configuration is kept, sorted."""
    return tuple(sorted(path.stem for path in (folder(settings) / MASKED).glob("*.conf")))


def masked(settings: Settings, device: str) -> str:
    """Return a device's running configuration with its secrets struck out. Raises BadInput if it was never fetched."""
    return masked_file(settings, known(settings, device)).read_text(encoding="utf-8")


def original(settings: Settings, device: str) -> SecretStr:
    """Return a device's running configuration as it was fetched. Raises BadInput if never fetched or unreadable."""
    return SecretStr(unseal(settings, sealed_file(settings, known(settings, device)).read_bytes()))


def began(settings: Settings) -> datetime | None:
    """Return when the first configuration was kept, None when there is none yet."""
    try:
        return datetime.fromtimestamp((folder(settings) / ".git" / "description").stat().st_mtime, UTC)
    except FileNotFoundError:
        return None


def looked(settings: Settings, device: str) -> datetime | None:
    """Return when a device was last looked at and kept, None for never."""
    try:
        return datetime.fromtimestamp((folder(settings) / SEEN / device).stat().st_mtime, UTC)
    except FileNotFoundError:
        return None


def save(settings: Settings, texts: Mapping[str, tuple[str, str]]) -> tuple[str, ...]:
    """Keep configurations: name -> (masked, original). Returns the names that changed; one commit for all.

    Raises BadInput without the vault's password, Conflict if git refuses.
    """
    why = _why.get() or Why()
    if not (why.keep and texts):
        return ()
    with _locked(settings):
        steadied = {name: (steady(shown), secret) for name, (shown, secret) in texts.items()}
        changed = [name for name, (shown, _secret) in steadied.items() if _differs(settings, name, shown)]
        begun = _begun(settings)
        _keep_salted(settings, [name for name in changed if name not in begun])
        for name, (shown, secret) in steadied.items():
            _put(settings, name, shown, secret, name in changed)
        if changed or begun:
            _commit(settings, sorted({*changed, *begun}), why)
    why.changed += changed
    return tuple(changed)


def known(settings: Settings, device: str) -> str:
    """Return the device's name. Raises BadInput if nothing of it was ever kept."""
    if device not in devices(settings):
        message, wanted = _("the running configuration of {device} was never fetched"), _("countynet config fetch")
        raise BadInput([Problem(message, {"device": device}, wanted=wanted)])
    return device


def masked_file(settings: Settings, name: str) -> Path:
    """Return where a device's configuration is that may be shown."""
    return folder(settings) / MASKED / f"{name}.conf"


def sealed_file(settings: Settings, name: str) -> Path:
    """Return where a device's original is."""
    return folder(settings) / SEALED / f"{name}.vault"


def _differs(settings: Settings, name: str, shown: str) -> bool:
    file = masked_file(settings, name)
    kept = file.exists() and sealed_file(settings, name).exists()
    return not kept or file.read_text(encoding="utf-8") != shown


def _put(settings: Settings, name: str, shown: str, secret: str, changed: bool) -> None:
    """Write what changed; of an original that differs in ciphertext only, the original alone."""
    seen, digest = folder(settings) / SEEN / name, keyed(settings, steady(secret)).encode()
    if changed or not seen.exists() or seen.read_bytes() != digest:
        _write(sealed_file(settings, name), seal(settings, secret))
        _write(seen, digest)
    os.utime(seen)
    if changed:
        _write(masked_file(settings, name), shown.encode())


def _write(file: Path, content: bytes) -> None:
    """Write a file that only the owner reads, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(content)
    fresh.replace(file)


@contextmanager
def _locked(settings: Settings) -> Iterator[None]:
    """Hold the repository: the worker, a job and a shell may all have fetched."""
    folder(settings).mkdir(parents=True, exist_ok=True)
    with (settings.state / "running.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _begun(settings: Settings) -> set[str]:
    """Return the devices whose new configuration was written by a process that died before it committed."""
    if not (folder(settings) / ".git").exists():
        return set()
    (folder(settings) / ".git" / "index.lock").unlink(missing_ok=True)  # we hold the lock: its process is dead
    lines = _git(settings, "status", "--porcelain", "--untracked-files=all", "--", MASKED).splitlines()
    names = {Path(line.split()[-1]).stem for line in lines}
    return {name for name in names if sealed_file(settings, name).exists() and masked_file(settings, name).exists()}


def _keep_salted(settings: Settings, names: Sequence[str]) -> None:
    """Let the last originals of the configurations that end now join the history."""
    files = [f"{SEALED}/{name}.vault" for name in names if sealed_file(settings, name).exists()]
    repository = (folder(settings) / ".git").exists()
    if repository and files and (dirty := _git(settings, "diff", "--name-only", "--", *files).split()):
        _add_commit(settings, dirty, "Keep the last originals", "system")


def _commit(settings: Settings, names: Sequence[str], why: Why) -> None:
    if not (folder(settings) / ".git").exists():
        _git(settings, "init", "--quiet", "--initial-branch=main")
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    reason = " ".join(f"{why.cause} {why.about}".split())
    message = f"{', '.join(sorted(names)[:_NAMED])}{more}: {reason}\n\nCause: {why.cause}"
    if about := " ".join(why.about.split()):
        message += f"\nAbout: {about}"
    files = [f"{place}/{name}.{end}" for name in names for place, end in ((MASKED, "conf"), (SEALED, "vault"))]
    _add_commit(settings, files, message, why.actor)


def _add_commit(settings: Settings, files: Sequence[str], message: str, actor: str) -> None:
    _git(settings, "add", "--", *files)
    own = ("-c", f"user.name={COMMITTER}", "-c", f"user.email={COMMITTER}", "-c", "commit.gpgsign=false")
    author = "".join(letter for letter in actor if letter.isprintable() and letter not in "<>").strip() or "system"
    hooks = ("-c", "core.hooksPath=/dev/null")
    _git(
        settings, *own, *hooks, "commit", "--quiet", "--allow-empty", f"--author={author} <{author}>", "-m", message
    )  # fmt: skip


def _git(settings: Settings, *words: str) -> str:
    try:
        return Git(folder(settings)).text(*words)
    except CountyError as error:
        raise Conflict(error.message, **error.values) from error
