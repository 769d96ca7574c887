"""Running a program of the machine and passing on its last words when it fails.

The program dies with us: a builder that is killed must not leave an `ip -batch` behind that goes on building.
"""

import os
import subprocess
from functools import partial
from pathlib import Path

from countynet import kin
from countynet.errors import CountyError
from countynet.i18n import _

LINES_KEPT = 8


def run(*words: str | Path, given: str = "") -> str:
    """Run a program with `given` as its input; return what it printed. Raises CountyError with its last lines."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    result = subprocess.run(
        words,
        input=given,
        capture_output=True,
        text=True,
        check=False,
        errors="replace",
        env=environment,
        preexec_fn=partial(kin.die_with_parent, os.getpid()),
    )
    if result.returncode:
        last = "\n".join((result.stdout + result.stderr).strip().splitlines()[-LINES_KEPT:])
        raise CountyError(_("{program} failed: {words}"), program=Path(words[0]).name, words=last)
    return result.stdout
