"""Host keys: trusted at first sight, recorded under the device's name, refused when they change.

Keys are kept by device name and not by address, because one device is met on its staging and on its management
address. The file is OpenSSH's known_hosts format. A changed key is never overwritten by a program: a person who knows
why it changed (the device was replaced) says `countynet config trust DEVICE`.
"""

import os
from pathlib import Path
from threading import Lock

from countynet import vantage
from countynet.errors import DeviceError
from countynet.i18n import _
from countynet.settings import Settings


def known_hosts(settings: Settings) -> Path:
    """Return where the host keys of the county's devices are recorded; those of a twin die with the twin."""
    return settings.state / "twin" / "known_hosts" if vantage.path(settings) else settings.state / "known_hosts"


class HostKeys:
    """The recorded host keys of one county; safe to use from many threads."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = Lock()
        self._known = dict(_read(file))

    def check(self, device: str, kind: str, key: str) -> None:
        """Accept the key that a device shows, recording it when the device was never met.

        `kind` and `key` are as in known_hosts (`ssh-ed25519`, base64). DeviceError when another key is recorded.
        """
        with self._lock:
            known = self._known.get(device)
            if known is None:
                self._known[device] = (kind, key)
                _append(self._file, f"{device} {kind} {key}\n")
            elif known != (kind, key):
                raise DeviceError(
                    device,
                    _(
                        "shows another host key than the one recorded; if it was replaced, "
                        "run: countynet config trust {device}"
                    ),
                )

    def forget(self, devices: tuple[str, ...]) -> None:
        """Drop what is recorded of these devices, so that the next key is taken as the first."""
        with self._lock:
            for device in devices:
                self._known.pop(device, None)
            text = "".join(f"{name} {kind} {key}\n" for name, (kind, key) in sorted(self._known.items()))
            fresh = self._file.with_suffix(".new")
            _create(fresh, text)
            fresh.replace(self._file)


def _read(file: Path) -> list[tuple[str, tuple[str, str]]]:
    if not file.exists():
        return []
    fields = [line.split() for line in file.read_text(encoding="utf-8").splitlines()]
    return [(words[0], (words[1], words[2])) for words in fields if len(words) >= 3]


def _append(file: Path, line: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w", encoding="utf-8") as known:
        known.write(line)


def _create(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as known:
        known.write(text)
