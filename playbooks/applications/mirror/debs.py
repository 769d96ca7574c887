"""Debian packages of the mirror: apt reckons what a host needs that has nothing but the base, and fetches it.

The reckoning is against the base's own package status, so a host that has more installed needs no more than this.
apt checks every file against the signed index of the machine's own sources.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from countynet.errors import CountyError
from countynet.i18n import _
from topology.twin.run import run

_INSTALLS = re.compile(r"^Inst (\S+) (?:\[\S+\] )?\((\S+) .*\[(\w+)\]\)", re.M)
SECONDS = 20
"""without an answer of the source for so long, it is given up"""


def download(packages: Sequence[str], folder: Path, base: Path) -> tuple[str, ...]:
    """Fetch packages with all that they need into a folder; return the files' names. Raises CountyError."""
    (folder / "partial").mkdir(parents=True, exist_ok=True)
    try:
        try:
            files = _names(packages, folder, base)
            _fetch(packages, folder, base)
        except CountyError:  # the machine's package lists are missing or old
            run("apt-get", "-q", *_patience(), "update")
            files = _names(packages, folder, base)
            _fetch(packages, folder, base)
    except CountyError as error:
        words = str(error.values.get("words", error))
        message = _("the packages could not be fetched; is the package source reached? {words}")
        raise CountyError(message, words=words) from error
    if missing := [name for name in files if not (folder / name).is_file()]:
        raise CountyError(_("apt fetched no {names}"), names=", ".join(missing))
    return files


def _names(packages: Sequence[str], folder: Path, base: Path) -> tuple[str, ...]:
    return names(run("apt-get", "-q", "--simulate", *_options(folder, base), "install", *packages))


def names(said: str) -> tuple[str, ...]:
    """Return the files of the packages that apt says it would install (`apt-get --simulate`), sorted."""
    found = ((name, version.replace(":", "%3a"), machine) for name, version, machine in _INSTALLS.findall(said))
    return tuple(sorted({f"{name}_{version}_{machine}.deb" for name, version, machine in found}))


def _fetch(packages: Sequence[str], folder: Path, base: Path) -> None:
    run("apt-get", "-q", "-y", *_options(folder, base), "--download-only", "install", *packages)
    (folder / "lock").unlink(missing_ok=True)


def _patience() -> tuple[str, ...]:
    return ("-o", f"Acquire::http::Timeout={SECONDS}", "-o", "Acquire::Retries=1")


def _options(folder: Path, base: Path) -> tuple[str, ...]:
    options = {
        "Dir::State::status": base / "var/lib/dpkg/status",
        "Dir::Cache::archives": f"{folder}/",
        "APT::Install-Recommends": "false",
        "APT::Sandbox::User": "root",
        "APT::Keep-Downloaded-Packages": "true",
        "Debug::NoLocking": "true",
    }
    return (*_patience(), *(word for name, value in options.items() for word in ("-o", f"{name}={value}")))
