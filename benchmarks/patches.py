"""How right patches are: ours, Annet's, hier_config's and netutils' on one table of cases.

Run it as `python -m benchmarks.patches [--peers PYTHON] [--json] [--all]`. PYTHON is an interpreter with
hier-config 3.7 and netutils 1.19; without it those two are `not installed`. The cases and their judge are
`tests/unit/inventory/platforms/patches`; they were written by us, so read the ones we fail as well (`--all`).
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from inventory.platforms.patch import patch, rulebook
from tests.unit.inventory.platforms.patches.trial import Case, cases, flat, judge

PEERS = ("hier_config", "netutils")
TOOLS = ("ours", "annet", *PEERS)
Verdicts = dict[str, list[list[str] | None]]
"""tool -> for each case what is wrong with its patch; None where it has nothing for the platform"""


def by_annet(case: Case) -> list[str]:
    """Return what Annet alone types, formatted by itself."""
    from annet.vendors import registry_connector, tabparser

    formatter = registry_connector.get().match(rulebook.hardware(case.platform, "")).make_formatter()
    old, new = (tabparser.parse_to_tree(text, formatter.split) for text in (case.old, case.new))
    made = formatter.patch(rulebook.tree_of(old, new, case.platform))
    return [line.strip() for line in made.split("\n") if line.strip()]


def run(peers: Path | None) -> tuple[list[Case], Verdicts]:
    """Judge every tool on every case."""
    table = cases()
    verdicts: Verdicts = {"ours": [judge(case, patch(case.old, case.new, case.platform)) for case in table]}
    verdicts["annet"] = [_tried(case) for case in table]
    for tool, texts in (_ask(peers, table) if peers else {}).items():
        verdicts[tool] = [_judged(case, text) for case, text in zip(table, texts, strict=True)]
    return table, verdicts


def _tried(case: Case) -> list[str] | None:
    try:
        return judge(case, by_annet(case))
    except Exception as error:
        return [f"fails: {type(error).__name__}"]


def _judged(case: Case, text: str | None) -> list[str] | None:
    if text is None:
        return None
    return [f"fails: {text[1:60]}"] if text.startswith("!") else judge(case, flat(text, case.platform))


def _ask(peers: Path, table: Sequence[Case]) -> dict[str, list[str | None]]:
    told = json.dumps([{"platform": case.platform, "old": case.old, "new": case.new} for case in table])
    script = Path(__file__).with_name("patch_peers.py")
    done = subprocess.run([peers, script], input=told, capture_output=True, text=True, check=True)
    answer: dict[str, list[str | None]] = json.loads(done.stdout)
    return answer


def summary(table: Sequence[Case], verdicts: Verdicts) -> list[list[str]]:
    """Return rows of right patches: by platform, by topic, and in all."""
    groups = [*dict.fromkeys(case.platform for case in table), *dict.fromkeys(case.topic for case in table), "all"]
    rows = []
    for group in groups:
        places = [n for n, case in enumerate(table) if group in (case.platform, case.topic, "all")]
        rows.append([group, *(_score(verdicts.get(tool), places) for tool in TOOLS)])
    return rows


def _score(found: list[list[str] | None] | None, places: Sequence[int]) -> str:
    if found is None:
        return "not installed"
    counts = Counter("none" if (wrong := found[n]) is None else "good" if not wrong else "bad" for n in places)
    return f"{counts['good']} of {len(places)}" + (f" ({counts['none']} unknown)" if counts["none"] else "")


def main() -> None:
    """Print the table, and with --all what is wrong with every patch."""
    peers = Path(sys.argv[sys.argv.index("--peers") + 1]) if "--peers" in sys.argv else None
    table, verdicts = run(peers)
    if "--json" in sys.argv:
        names = [{"platform": c.platform, "topic": c.topic, "name": c.name} for c in table]
        print(json.dumps({"cases": names, "wrong": verdicts}, indent=2, ensure_ascii=False))
        return
    printed = Table(title=f"Right patches, of {len(table)} cases")
    for column in ("", *TOOLS):
        printed.add_column(column)
    for row in summary(table, verdicts):
        printed.add_row(*row)
    Console(width=120).print(printed)
    for tool, found in verdicts.items():
        for case, wrong in zip(table, found, strict=True):
            if wrong and ("--all" in sys.argv or tool == "ours"):
                print(f"{tool}: {case.platform}: {case.name}: {'; '.join(wrong)}")


if __name__ == "__main__":
    main()
