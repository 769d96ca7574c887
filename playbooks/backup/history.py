"""What a device ran at a time: reads the repository of running configurations, changes nothing.

A version is a commit that changed the device's masked text. Its original is the last one seen before the next version:
ciphertext that was salted again makes no version, but the newest restores best.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import unified_diff

from pydantic import SecretStr

from countynet.canonical import JSON
from countynet.errors import BadInput, Conflict, Problem
from countynet.i18n import _, translate
from countynet.moments import moment, shown
from countynet.secrets import unseal
from countynet.settings import Settings
from inventory import running
from inventory.record.git import Entry, Git
from inventory.running import Cause

MOST = 5000
"""so many commits are looked through for the newest version of each device"""
WHY: Mapping[str, str] = {
    Cause.MANUAL: _("by hand"),
    Cause.SCHEDULE: _("on schedule"),
    Cause.PLAN: _("plan"),
    Cause.SAID: _("the device said it was changed"),
    Cause.RESTORE: _("restore"),
    Cause.OTHER: _("configured"),
}


@dataclass(frozen=True)
class Version:
    """One configuration of a device: who looked, when, and why."""

    device: str
    commit: str
    at: datetime
    actor: str
    cause: str
    about: str

    @property
    def why(self) -> str:
        """The reason in words, translated."""
        return " ".join(word for word in (translate(WHY.get(self.cause, WHY[Cause.OTHER])), self.about) if word)

    def document(self) -> dict[str, JSON]:
        """Return it as JSON; the time in UTC."""
        at = self.at.astimezone(UTC).isoformat()
        about: dict[str, JSON] = {"cause": self.cause, "about": self.about}
        return {"device": self.device, "commit": self.commit, "at": at, "actor": self.actor, **about}


def versions(settings: Settings, device: str) -> tuple[Version, ...]:
    """Return a device's versions, the newest first. Raises BadInput if it was never fetched."""
    running.known(settings, device)
    entries = _git(settings).log("--", f"{running.MASKED}/{device}.conf")
    return tuple(_version(device, entry) for entry in entries)


def last_of_all(settings: Settings) -> tuple[Version, ...]:
    """Return the newest version of every device, by name; empty when nothing was ever kept."""
    names = running.devices(settings)
    if not names or not (running.folder(settings) / ".git").exists():
        return ()
    found: dict[str, Version] = {}
    fields = "%H%x1f%an%x1f%aI%x1f%B%x1f"
    words = (f"--max-count={MOST}", f"--format=%x1e{fields}", "--name-only", "--", running.MASKED)
    said = _git(settings).run("log", *words).decode(errors="replace")
    for part in said.split("\x1e")[1:]:
        commit, author, when, message, files = part.split("\x1f")
        for name in (line[len("masked/") : -len(".conf")] for line in files.split()):
            if name in names and name not in found:
                found[name] = _read(name, commit, author, datetime.fromisoformat(when), message)
        if len(found) == len(names):
            break
    return tuple(found[name] for name in sorted(found))


def at(settings: Settings, device: str, when: str, where: str = "--at") -> Version:
    """Return the version that stood at a time, or the one of a commit. Raises BadInput: no time, nothing kept then."""
    found = versions(settings, device)
    if named := [v for v in found if len(when) >= 7 and v.commit.startswith(when)]:
        return named[0]
    limit = moment(when, where, end_of_day=True)
    before = next((version for version in found if version.at <= limit), None)
    if before is None:
        message, values = _("nothing of {device} was kept then"), {"device": device}
        raise BadInput([Problem(message, values, where=where, found=when, wanted=_since(found))])
    return before


def text(settings: Settings, version: Version) -> str:
    """Return what may be shown of a version."""
    return _show(settings, version.commit, f"{running.MASKED}/{version.device}.conf").decode(errors="replace")


def original(settings: Settings, version: Version) -> SecretStr:
    """Return the configuration as it was fetched. Raises BadInput when the vault's password does not open it."""
    later = _later(settings, version)
    if later is None:
        return running.original(settings, version.device)
    content = _show(settings, f"{later.commit}^", f"{running.SEALED}/{version.device}.vault")
    return SecretStr(unseal(settings, content))


def diff(settings: Settings, old: Version, new: Version) -> str:
    """Return the masked difference of two versions; empty when there is none."""
    before, after = (text(settings, version).splitlines() for version in (old, new))
    was, is_ = (f"{v.device} {shown(v.at)}" for v in (old, new))
    return "".join(f"{line}\n" for line in unified_diff(before, after, was, is_, lineterm="", n=3))


def latest(settings: Settings, device: str) -> Version:
    """Return the newest version of a device. Raises BadInput when nothing of it was ever kept."""
    found = versions(settings, device)
    if not found:  # its first one was written by a process that died before it committed
        message, wanted = _("nothing of {device} was kept then"), _("countynet backup")
        raise BadInput([Problem(message, {"device": device}, wanted=wanted)])
    return found[0]


def _later(settings: Settings, version: Version) -> Version | None:
    found = versions(settings, version.device)
    place = [v.commit for v in found].index(version.commit)
    return found[place - 1] if place else None


def _version(device: str, entry: Entry) -> Version:
    return _read(device, entry.commit, entry.author, entry.at, entry.message)


def _read(device: str, commit: str, author: str, when: datetime, message: str) -> Version:
    said = dict(line.split(": ", 1) for line in message.splitlines() if line.startswith(("Cause: ", "About: ")))
    cause = said.get("Cause", Cause.OTHER.value)
    return Version(device, commit, when.astimezone(UTC), author, cause, said.get("About", ""))


def _since(found: tuple[Version, ...]) -> str:
    return translate(_("a time after {at}"), at=shown(found[-1].at)) if found else ""


def _show(settings: Settings, commit: str, path: str) -> bytes:
    return _git(settings).run("show", f"{commit}:{path}")


def _git(settings: Settings) -> Git:
    if not (running.folder(settings) / ".git").exists():
        raise Conflict(_("no running configuration was ever kept; run: countynet backup"))
    return Git(running.folder(settings))
