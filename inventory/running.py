"""Running configurations as fetched from the devices: a git repository in the state folder.

`masked/<device>.conf` is safe to show and to compare (a secret is struck out, a changed one still shows as changed);
`sealed/<device>.vault` is the original, encrypted with the county's vault password, for a restore. The sealed file is
only written anew when the masked one changed, so ciphertext makes no false history. `playbooks` writes here, `audit`
and the dashboard read; neither needs the other.
"""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr

from countynet.errors import BadInput, Conflict, Problem
from countynet.i18n import _
from countynet.secrets import seal, unseal
from countynet.settings import Settings

MASKED, SEALED = "masked", "sealed"
_AUTHOR = ("-c", "user.name=countynet", "-c", "user.email=countynet@localhost", "-c", "commit.gpgsign=false")


def folder(settings: Settings) -> Path:
    """Return where running configurations are kept."""
    return settings.state / "running"


def devices(settings: Settings) -> tuple[str, ...]:
    """Return the names of the devices whose running configuration is kept, sorted."""
    return tuple(sorted(path.stem for path in (folder(settings) / MASKED).glob("*.conf")))


def masked(settings: Settings, device: str) -> str:
    """Return a device's running configuration with its secrets struck out. Raises BadInput if it was never fetched."""
    return _masked_file(settings, _known(settings, device)).read_text(encoding="utf-8")


def original(settings: Settings, device: str) -> SecretStr:
    """Return a device's running configuration as it was fetched. Raises BadInput if never fetched or unreadable."""
    return SecretStr(unseal(settings, _sealed_file(settings, _known(settings, device)).read_bytes()))


def save(settings: Settings, texts: Mapping[str, tuple[str, str]]) -> tuple[str, ...]:
    """Keep configurations: name -> (masked, original). Returns the names that changed; one commit for all.

    Raises BadInput without the vault's password, Conflict if git refuses.
    """
    changed = [name for name, (shown, _secret) in texts.items() if _differs(settings, name, shown)]
    for name in changed:
        shown, secret = texts[name]
        _write(_sealed_file(settings, name), seal(settings, secret))
        _write(_masked_file(settings, name), shown.encode())
    if changed:
        _commit(folder(settings), f"{len(changed)} running configurations")
    return tuple(changed)


def _differs(settings: Settings, name: str, shown: str) -> bool:
    file = _masked_file(settings, name)
    kept = file.exists() and _sealed_file(settings, name).exists()
    return not kept or file.read_text(encoding="utf-8") != shown


def _known(settings: Settings, device: str) -> str:
    if device not in devices(settings):
        raise BadInput(
            [
                Problem(
                    _("the running configuration of {device} was never fetched"),
                    {"device": device},
                    wanted=_("countynet config fetch"),
                )
            ]
        )
    return device


def _masked_file(settings: Settings, name: str) -> Path:
    return folder(settings) / MASKED / f"{name}.conf"


def _sealed_file(settings: Settings, name: str) -> Path:
    return folder(settings) / SEALED / f"{name}.vault"


def _write(file: Path, content: bytes) -> None:
    """Write a file that only the owner reads, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(content)
    fresh.replace(file)


def _commit(repository: Path, message: str) -> None:
    if not (repository / ".git").exists():
        _git(repository, "init", "--quiet", "--initial-branch=main")
    _git(repository, "add", "--all", MASKED, SEALED)
    _git(repository, *_AUTHOR, "commit", "--quiet", "--allow-empty", "--message", message)


def _git(repository: Path, *words: str) -> None:
    done = subprocess.run(["git", "-C", str(repository), *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Conflict(_("git refused in {folder}: {answer}"), folder=repository, answer=done.stderr.strip())
