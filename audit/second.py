"""The second opinion on a certificate, worked out in processes of its own while the audit goes on.

`python -m audit.second FILE FAMILY` prints the report of `audit.recheck` on one family as JSON; what is no certificate
is told with exit code 2. Each family has a process, since the second opinion takes longer than all the rest; they hold
some 270 MB together for a few seconds, which go with them.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from types import TracebackType
from typing import Any

from audit.recheck import FAMILIES, checked

_WRONG = 2
PATIENCE = 600.0
"""seconds that the second opinion has"""


class SecondOpinion:
    """A check that is on its way; leaving the context ends it, done or not."""

    def __init__(self, certificate: bytes) -> None:
        """Begin to check a certificate."""
        self._folder = TemporaryDirectory(prefix="countynet-certificate-")
        file = Path(self._folder.name) / "certificate.json"
        file.write_bytes(certificate)
        self._processes = [
            subprocess.Popen(
                [sys.executable, "-m", __name__, str(file), family], stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            for family in FAMILIES
        ]

    def __enter__(self) -> "SecondOpinion":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes:
            process.kill()
            process.communicate()
        self._folder.cleanup()

    def wait(self) -> dict[str, Any]:
        """Return the report once it is there. Raises ValueError for what is no certificate, or if it never came."""
        return together([_answer(process) for process in self._processes])


def together(reports: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return one report of those that each worked out one family: what disagrees one after the other."""
    wrong = [one for report in reports for one in report["disagreed"]]
    seconds = round(sum(report["seconds"] for report in reports), 2)
    agreed = reports[0]["pairs"] - len(wrong)
    return {**reports[0], "disagreed": wrong, "agreed": agreed, "seconds": seconds}


def _answer(process: "subprocess.Popen[bytes]") -> dict[str, Any]:
    try:
        out, told = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired as error:
        raise ValueError(f"no answer in {PATIENCE:.0f} s") from error
    if process.returncode:
        words = told.decode(errors="replace").strip().splitlines()
        raise ValueError(words[-1] if words else f"it ended with {process.returncode}")
    found: dict[str, Any] = json.loads(out)
    return found


def main() -> int:
    """Check one family of the certificate that the command line names; print the report."""
    try:
        found = checked(sys.argv[1], only=[sys.argv[2]])
        print(json.dumps({**found, "seconds": round(process_time(), 2)}))
    except ValueError as error:
        print(error, file=sys.stderr)
        return _WRONG
    return 0


if __name__ == "__main__":
    sys.exit(main())
