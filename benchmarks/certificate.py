"""The figures of the certificate: how large it is, what making it takes, and what the separate program takes.

The program runs as a stranger would run it: alone, in a process of its own that can import nothing of countynet.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zlib import compress

from benchmarks.figure import Figure
from inventory.create import EXAMPLE
from inventory.intent.placeholders import placeholders

TARGET = 60
"""CPU seconds for the example county"""


def _made(file: Path) -> tuple[float, int, int]:
    """Write the example county's certificate; return its CPU seconds, its bytes and those of it compressed."""

    from inventory.intent.adapt import adapted
    from inventory.load import load_county
    from topology.reach.certificate import Subject, certificate, text

    county = load_county(EXAMPLE)
    configs = adapted(county, placeholders())
    about = Subject("intended", datetime.now(UTC), hashes=dict.fromkeys(configs, "0" * 64))
    cpu = time.process_time()
    content = text(certificate(county, configs, {}, about))
    spent = time.process_time() - cpu
    file.write_bytes(content)
    return spent, len(content), len(compress(content))


def figures() -> Iterator[Figure]:
    """Make the example county's certificate, and have it checked anew."""
    with tempfile.TemporaryDirectory(prefix="countynet-bench-") as folder:
        file = Path(folder) / "certificate.json"
        spent, size, packed = _made(file)
        yield Figure("example: certificate, size", size / 1e6, "MB", 0, 0, f"{packed / 1e3:.0f} kB compressed")
        yield Figure("example: certificate, made", spent, "s", 0, spent, "the proof of the whole is in it")
        said, seconds, usage = _checked(file, Path(folder) / "said")
        cpu = usage.ru_utime + usage.ru_stime
        verdicts, _, _rest = said.partition(",")
        yield Figure("example: certificate, checked anew", seconds, "s", TARGET, cpu, f"{verdicts}; target is of CPU")
        yield Figure("example: certificate, checked, peak memory", usage.ru_maxrss / 1024, "MB", 0, 0)


def _checked(file: Path, said: Path) -> tuple[str, float, resource.struct_rusage]:
    """Check a certificate; return what was said, the seconds, and what that one process used."""
    import audit.recheck

    began = time.perf_counter()
    with said.open("w", encoding="utf-8") as out:
        process = subprocess.Popen([sys.executable, "-I", audit.recheck.__file__, str(file)], stdout=out)
        _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, "recheck.py")
    return said.read_text(encoding="utf-8"), time.perf_counter() - began, usage


if __name__ == "__main__":
    from benchmarks.figure import HEADING

    print(HEADING)
    for figure in figures():
        print(figure.row(), flush=True)
