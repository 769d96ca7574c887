"""Accounts: who may sign in, with which keys, and which factory accounts are locked.

`/etc/countynet/accounts` records each account as `active` or `locked`; the truth is the device's own password and
shadow files, read without ever printing a hash. Every account here is an administrator (uid 0). An account on the
device that no configuration names shows up as `active`, and is locked, never deleted: deleting is for people.
"""

from collections.abc import Iterable, Mapping

from inventory.deviceconfig import DeviceConfig, User
from inventory.platforms.linux.draft import Draft
from inventory.platforms.linux.sshd import KEYS
from inventory.platforms.linux.text import MARK, File, Files, attempt, file, values_of

PATH = "/etc/countynet/accounts"
KEY = r"[a-z0-9@.-]+ [A-Za-z0-9+/]+=*"
_ACCOUNT = r"([a-z][a-z0-9-]*) %s"


def render(config: DeviceConfig) -> dict[str, File]:
    """Return the record of accounts, and each one's keys."""
    if not config.users:
        return {}
    record = file(f"{user.name} {'locked' if user.locked else 'active'}" for user in config.users)
    return {PATH: record} | {f"{KEYS}/{user.name}": file(user.ssh_keys) for user in config.users}


def parse(files: Files, draft: Draft) -> None:
    """Read the accounts; the guard lists what differs from what they would render to."""
    lines = files[PATH].lines if PATH in files else ()
    for state in ("active", "locked"):
        for name in values_of(lines, _ACCOUNT % state):
            keys = values_of(files.get(f"{KEYS}/{name}", File("0644", ())).lines, f"({KEY})")
            user = attempt(User, name=name, locked=state == "locked", ssh_keys=keys)
            if user is not None:
                draft.append("users", user)


def live(saved: File | None, present: Iterable[str]) -> File | None:
    """Return the record as the device is now: `present` are lines `name active|locked` of all who might sign in.

    A locked account that the record does not name cannot sign in and is nobody's business; one that the record names
    and the device lacks is as good as locked.
    """
    now: Mapping[str, str] = dict(line.rsplit(maxsplit=1) for line in present if len(line.split()) > 1)
    recorded = {line.split()[0]: line for line in saved.lines[1:] if line.split()} if saved else {}
    shown = {name: state for name, state in now.items() if state == "active" or name in recorded}
    shown |= {name: "locked" for name in recorded if name not in now}
    lines = [f"{name} {state}" for name, state in sorted(shown.items())]
    return File(saved.mode if saved else "0644", (MARK, *lines)) if lines else None
