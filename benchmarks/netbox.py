"""What the exchange with a running NetBox costs: export of the example county, again, and an import.

Run it as `python -m benchmarks.netbox URL TOKENFILE [--json]` against an empty NetBox on this machine (docs/netbox.md
says how to get one). It fails when the second export changes anything or the import finds a difference.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from rich.console import Console
from rich.table import Table

from inventory import load_county
from inventory.create import EXAMPLE
from inventory.netbox import service
from inventory.netbox.push import Options
from inventory.netbox.server import PynetboxServer

T = TypeVar("T")


def _silent(done: int, total: int, text: str = "") -> None:
    """Show no progress."""


def _timed(do: Callable[[], T]) -> tuple[T, float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    result = do()
    return result, time.perf_counter() - wall, time.process_time() - cpu


def measure(url: str, token: str) -> dict[str, Any]:
    """Export twice and import once; returns the figures. Raises AssertionError when they do not agree."""
    server, county = PynetboxServer(url, token), load_county(EXAMPLE)
    rows: dict[str, Any] = {"netbox": server.version()}
    for name in ("export", "export again"):
        outcome, seconds, cpu = _timed(lambda: service.export(server, county, Options(), _silent))
        rows[name] = {"seconds": seconds, "own CPU seconds": cpu, "done": len(outcome.done), "same": outcome.same}
        assert not outcome.failures, outcome.failures[:5]
    assert rows["export again"]["done"] == 0, "the second export changed something"
    found, seconds, cpu = _timed(lambda: service.compare(server, county, False, False, _silent))
    rows["import"] = {"seconds": seconds, "own CPU seconds": cpu, "done": len(found.edits), "same": 0}
    assert not found.edits, found.shown[:5]
    assert not found.unheld, found.unheld[:5]
    return rows


def main() -> None:
    """Measure and print."""
    url, file = (argument for argument in sys.argv[1:] if not argument.startswith("--"))
    if urlsplit(url).hostname not in ("127.0.0.1", "localhost", "::1"):
        sys.exit("only a NetBox on this machine")
    rows = measure(url, Path(file).read_text().strip())
    if "--json" in sys.argv:
        print(json.dumps(rows, indent=2))
        return
    table = Table("what", "seconds", "own CPU seconds", "made or changed", "as it should be")
    for name in ("export", "export again", "import"):
        row = rows[name]
        table.add_row(
            name, f"{row['seconds']:.1f}", f"{row['own CPU seconds']:.1f}", str(row["done"]), str(row["same"])
        )
    Console().print(f"NetBox {rows['netbox']}", table)


if __name__ == "__main__":
    main()
