"""The local package repository: what playbooks install on server hosts, with all that it needs and the base has not.

apt does the reckoning, against the base's own package status; the index is ours, so that no further tool is needed.
What a later version needs besides is added in place, as hosts that run may be reading the folder.
"""

import hashlib
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from countynet.errors import CountyError
from topology.twin.run import run

INSTALLABLE = ("chrony", "curl", "dnsmasq", "logrotate", "nginx-light", "rsyslog")
"""those that a repository is made with; another list here makes it anew"""
FURTHER = ("cracklib-runtime", "libpam-pwquality", "nftables")
"""those that are added to one that was made before"""


def _download(folder: Path, base: Path, names: Sequence[str]) -> None:
    options = {
        "Dir::State::status": base / "var/lib/dpkg/status",
        "Dir::Cache::archives": f"{folder}/",
        "APT::Install-Recommends": "false",
        "APT::Sandbox::User": "root",
        "Debug::NoLocking": "true",
    }
    words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    run("apt-get", "-q", "-y", *words, "--download-only", "install", *names)


def entry(deb: Path) -> str:
    """Return a package's paragraph of a Packages index, as apt reads it."""
    control = subprocess.run(["dpkg-deb", "-f", deb], capture_output=True, text=True, check=True).stdout.strip()
    digest = hashlib.sha256(deb.read_bytes()).hexdigest()
    return f"{control}\nFilename: ./{deb.name}\nSize: {deb.stat().st_size}\nSHA256: {digest}\n"


def _index(folder: Path) -> Iterator[str]:
    return (entry(deb) for deb in sorted(folder.glob("*.deb")))


def index(folder: Path) -> None:
    """Write the index of a folder's packages, whole or not at all."""
    new = folder / "Packages.new"
    new.write_text("\n".join(_index(folder)))
    new.replace(folder / "Packages")


def lacking(folder: Path) -> tuple[str, ...]:
    """Return the packages that a repository should have and has not."""
    held = set((folder / "Packages").read_text().splitlines())
    return tuple(name for name in (*INSTALLABLE, *FURTHER) if f"Package: {name}" not in held)


def make(folder: Path, base: Path) -> None:
    """Make the repository in a new folder. Raises CountyError with apt's words."""
    _fill(folder, base, (*INSTALLABLE, *FURTHER))
    index(folder)


def add(folder: Path, base: Path) -> None:
    """Add what a repository lacks, whole or not at all. Raises CountyError with apt's words."""
    new = folder.with_suffix(".more")
    shutil.rmtree(new, ignore_errors=True)
    _fill(new, base, lacking(folder))
    for deb in new.glob("*.deb"):
        deb.rename(folder / deb.name)
    index(folder)
    shutil.rmtree(new)


def _fill(folder: Path, base: Path, names: Sequence[str]) -> None:
    (folder / "partial").mkdir(parents=True)
    try:
        _download(folder, base, names)
    except CountyError:  # the machine's package lists are missing or old
        run("apt-get", "-q", "update")
        _download(folder, base, names)
    (folder / "partial").rmdir()
