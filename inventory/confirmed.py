"""Which secrets are in force on a device, as far as we saw to it ourselves: a keyed digest for each holder of one.

A vendor's device shows its secrets enciphered, salted anew each time, so that a secret which was changed in the
inventory alone cannot be seen in what it runs. So it is noted here, beside the kept configurations, which secrets a
change that succeeded brought to the device. Invariants: a digest is written only after such a change, and is forgotten
before a new one begins, so that what a broken change left behind is unknown, never believed. The digests are keyed
with the vault's password and hold the device's name: nobody can try passwords on them, and equal secrets do not look
equal. What is known of a twin's devices dies with the twin. `playbooks` writes here.
"""

import fcntl
import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from countynet import vantage
from countynet.secrets import keyed
from countynet.settings import Settings


def digest(settings: Settings, device: str, plain: str) -> str:
    """Return the keyed digest of a secret, given with the lines that hold it. Raises BadInput without the vault."""
    return keyed(settings, f"{device}\n{plain}")


def known(settings: Settings, device: str) -> dict[str, str]:
    """Return the digests of the secrets that are in force on a device, by their holders; none for an unknown device."""
    try:
        found = json.loads(_file(settings, device).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):  # a torn file is as good as none: everything is sent again
        return {}
    return {str(holder): str(value) for holder, value in found.items()} if isinstance(found, dict) else {}


def confirm(settings: Settings, device: str, sent: Mapping[str, str]) -> None:
    """Note secrets that a change which succeeded has brought to a device."""
    with _locked(settings):
        _write(settings, device, {**known(settings, device), **sent})


def forget(settings: Settings, device: str, holders: Collection[str] | None = None) -> None:
    """Forget what is known of some holders, or of the whole device."""
    with _locked(settings):
        before = known(settings, device)
        left = {} if holders is None else {name: value for name, value in before.items() if name not in holders}
        if left != before:
            _write(settings, device, left)


def _folder(settings: Settings) -> Path:
    state = settings.state / "twin" if vantage.path(settings) else settings.state
    return state / "confirmed"


def _file(settings: Settings, device: str) -> Path:
    return _folder(settings) / f"{device}.json"


def _write(settings: Settings, device: str, found: Mapping[str, str]) -> None:
    file = _file(settings, device)
    fresh = file.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8")
    fresh.replace(file)


@contextmanager
def _locked(settings: Settings) -> Iterator[None]:
    """Hold the folder: threads of one apply write beside each other, and so may the worker."""
    _folder(settings).mkdir(parents=True, exist_ok=True)
    with (_folder(settings) / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
