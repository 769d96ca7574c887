"""Python wheels of the mirror: what a lock names, each checked against the lock's own hash."""

import sys
import tempfile
from pathlib import Path

from countynet.errors import CountyError
from countynet.i18n import _
from topology.twin.run import run

SECONDS = 20


def download(lock: Path, folder: Path) -> tuple[str, ...]:
    """Fetch what a lock names into a folder; return the files' names. Raises CountyError with pip's words."""
    words = ("--require-hashes", "--no-deps", "--prefer-binary", f"--timeout={SECONDS}", "--retries=1")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input")
    with tempfile.TemporaryDirectory(dir=folder) as new:
        try:
            run(*pip, "download", *words, "-f", folder, "--dest", new, "--requirement", lock)
        except CountyError as error:
            message = _("the wheels of {lock} could not be fetched; is the package index reached? {words}")
            raise CountyError(message, lock=lock.name, words=str(error.values.get("words", error))) from error
        found = sorted(Path(new).iterdir())
        for file in found:
            file.replace(folder / file.name)
        return tuple(file.name for file in found)
