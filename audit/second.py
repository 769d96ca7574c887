"""The second opinion on a certificate, worked out in a process of its own while the audit goes on.

`python -m audit.second FILE` prints the report of `audit.recheck` as JSON; what is no certificate is told with exit
code 2. It holds several hundred megabytes for some seconds, which go with the process.
"""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any

from audit.recheck import checked

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
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def __enter__(self) -> "SecondOpinion":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()
        self._folder.cleanup()

    def wait(self) -> dict[str, Any]:
        """Return the report once it is there. Raises ValueError for what is no certificate, or if it never came."""
        try:
            out, told = self._process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired as error:
            raise ValueError(f"no answer in {PATIENCE:.0f} s") from error
        if self._process.returncode:
            words = told.decode(errors="replace").strip().splitlines()
            raise ValueError(words[-1] if words else f"it ended with {self._process.returncode}")
        found: dict[str, Any] = json.loads(out)
        return found


def main() -> int:
    """Check the certificate that the command line names; print the report."""
    try:
        print(json.dumps(checked(sys.argv[1])))
    except ValueError as error:
        print(error, file=sys.stderr)
        return _WRONG
    return 0


if __name__ == "__main__":
    sys.exit(main())
