"""The local package repository: what playbooks install on server hosts, with all that it needs and the base has not.

apt does the reckoning, against the base's own package status; the index is ours, so that no further tool is needed.
"""

import hashlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

from countynet.errors import CountyError
from topology.twin.run import run

INSTALLABLE = ("chrony", "curl", "dnsmasq", "logrotate", "nginx-light", "rsyslog")


def _download(folder: Path, base: Path) -> None:
    options = {
        "Dir::State::status": base / "var/lib/dpkg/status",
        "Dir::Cache::archives": f"{folder}/",
        "APT::Install-Recommends": "false",
        "APT::Sandbox::User": "root",
        "Debug::NoLocking": "true",
    }
    words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    run("apt-get", "-q", "-y", *words, "--download-only", "install", *INSTALLABLE)


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


def make(folder: Path, base: Path) -> None:
    """Make the repository in a new folder. Raises CountyError with apt's words."""
    (folder / "partial").mkdir(parents=True)
    try:
        _download(folder, base)
    except CountyError:  # the machine's package lists are missing or old
        run("apt-get", "-q", "update")
        _download(folder, base)
    (folder / "partial").rmdir()
    index(folder)
