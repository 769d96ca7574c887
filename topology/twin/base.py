"""What the server hosts stand on: a minimal Debian and a local repository of the packages that playbooks install.

`prepare` needs the machine's own package sources once; after that a server host installs from the local repository
alone, as a county without Internet does. It is idempotent, quick when done, and makes anew what was made by another
recipe or by a run that died half way. Both stay in the machine's cache across twins.
"""

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from countynet.errors import MissingCapability
from countynet.i18n import _
from topology.twin import aptsource, repository
from topology.twin.run import run

CACHE = Path("/var/cache/countynet")
BASE = CACHE / "base"
PACKAGES = CACHE / "debs"
APPLICATIONS = CACHE / "applications"
"""what applications are installed from (`countynet mirror make`); every server host sees it read-only"""
FILES = Path(__file__).parent / "image" / "base"
"""what is laid over the bootstrapped base"""

IN_BASE = (
    "ca-certificates",
    "iproute2",
    "iputils-ping",
    "openssh-server",
    "procps",
    "python3",
    "python3-apt",
    "tini",
)


def _digest(*words: object) -> str:
    return hashlib.sha256(repr(words).encode()).hexdigest()


def _base_recipe() -> str:
    files = [(str(p.relative_to(FILES)), p.read_text()) for p in sorted(FILES.rglob("*")) if p.is_file()]
    return _digest(aptsource.codename(), IN_BASE, files)


def _packages_recipe() -> str:
    return _digest(_base_recipe(), repository.INSTALLABLE)


def _stamp(folder: Path) -> Path:
    return folder.with_suffix(".recipe")


def _is_made(folder: Path, recipe: str) -> bool:
    return folder.is_dir() and _stamp(folder).exists() and _stamp(folder).read_text() == recipe


def _make(folder: Path, recipe: str, maker: Callable[[Path], None]) -> bool:
    """Have `maker` make a folder beside and put it in place whole, unless it is there; return whether it was made."""
    if _is_made(folder, recipe):
        return False
    new = folder.with_suffix(".new")
    shutil.rmtree(new, ignore_errors=True)
    maker(new)
    _stamp(folder).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    new.rename(folder)
    _stamp(folder).write_text(recipe)
    return True


def _bootstrap(target: Path) -> None:
    """Make the base, with the local repository as its only source and nothing that starts by itself."""
    release = aptsource.codename()
    run("debootstrap", "--variant=minbase", f"--include={','.join(IN_BASE)}", release, target, aptsource.mirror())
    for folder in ("var/cache/apt/archives", "var/lib/apt/lists", "etc/apt/sources.list.d"):
        shutil.rmtree(target / folder, ignore_errors=True)
        (target / folder).mkdir()
    for folder in ("var/cache/apt/archives/partial", "var/lib/apt/lists/partial", str(PACKAGES)[1:], "root/.ssh"):
        (target / folder).mkdir(mode=0o700 if folder == "root/.ssh" else 0o755, parents=True, exist_ok=True)
    shutil.copytree(FILES, target, dirs_exist_ok=True)


def is_prepared() -> bool:
    """Tell whether base and repository are there and made by the present recipes."""
    made = _is_made(BASE, _base_recipe()) and _is_made(PACKAGES, _packages_recipe())
    return made and not repository.lacking(PACKAGES)


def prepare() -> bool:
    """Make base and repository if they are missing; return whether there was anything to do.

    Raises MissingCapability (no root, no debootstrap, no package source), CountyError with the failing program's words.
    """
    if is_prepared():
        return False
    if os.geteuid() != 0 or shutil.which("debootstrap", path="/usr/sbin:/usr/bin") is None:
        raise MissingCapability(_("making the base of the server hosts needs root and debootstrap"))
    CACHE.mkdir(parents=True, exist_ok=True)
    _make(BASE, _base_recipe(), _bootstrap)
    _make(PACKAGES, _packages_recipe(), lambda folder: repository.make(folder, BASE))
    if repository.lacking(PACKAGES):
        repository.add(PACKAGES, BASE)
    return True
