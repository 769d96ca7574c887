"""Published cases against ours, as a table: `python -m benchmarks.published [FOLDER]`.

FOLDER is laid out as ../shared/cases (its default): fffuu's golden files anywhere below `iptables-semantics`, labs
below `batfish-lab-validation/snapshots`, data sets below `apkeep/networks`. More cases of these kinds put there are
compared, too. Every difference is printed below the table. Exit code 1 if there is one, 2 if there are no cases.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.cases import apkeep, frr, ios, iptables
from benchmarks.cases.rows import CASES, HEADING, Row


def rows(folder: Path) -> Iterator[Row]:
    """Yield the row of every case below a folder."""
    for golden in sorted((folder / "iptables-semantics").rglob("GoldenFiles/*")):
        if "== calculating service matrices ==" in golden.read_text(encoding="utf-8", errors="replace"):
            yield from iptables.compared(golden)
    for lab in frr.snapshots(folder / "batfish-lab-validation" / "snapshots"):
        yield frr.compared(lab)
    for lab in ios.snapshots(folder / "batfish-lab-validation" / "snapshots"):
        yield ios.compared(lab)
    for updates in sorted((folder / "apkeep" / "networks").glob("*/updates")):
        yield apkeep.compared(updates.parent)


def main(folder: Path) -> int:
    """Print the table and every difference; return the exit code."""
    found = []
    print(HEADING)
    for row in rows(folder):
        print(row.line(), flush=True)
        found.append(row)
    for row in found:
        for difference in (*row.differences, *(f"not modelled: {line}" for line in row.not_modelled)):
            print(f"{row.case}, {row.what}: {difference}")
    if not found:
        print(f"no published cases below {folder}", file=sys.stderr)
        return 2
    return 1 if any(row.differences for row in found) else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if sys.argv[1:] else CASES))
