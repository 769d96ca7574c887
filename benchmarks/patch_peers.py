"""What hier_config and netutils make of the cases: run by an interpreter that has them, JSON in, JSON out.

It imports nothing of ours. In: a list of {platform, old, new}. Out: {tool: [text with indented lines, or null]}; null
where a tool has nothing for the platform, and `!` with its error where it fails. netutils compares and makes no
commands: what is missing is typed, then every line that is too much with the negation in front.
"""

import json
import sys
from collections.abc import Iterator

HIER = {"huawei_vrp": "HUAWEI_VRP", "h3c_comware": "HP_COMWARE5", "cisco_ios": "CISCO_IOS", "ruijie": "CISCO_IOS"}
NETUTILS = {"h3c_comware": "hp_comware", "cisco_ios": "cisco_ios", "ruijie": "cisco_ios"}


def by_hier_config(case: dict[str, str]) -> str | None:
    """Return the remediation, indented."""
    from hier_config import Platform, WorkflowRemediation, get_hconfig  # type: ignore[import-not-found]

    kind = getattr(Platform, HIER[case["platform"]])
    flow = WorkflowRemediation(get_hconfig(kind, case["old"]), get_hconfig(kind, case["new"]))
    return "\n".join(line.cisco_style_text() for line in flow.remediation_config.all_children_sorted())


def by_netutils(case: dict[str, str]) -> str | None:
    """Return what is missing, then what is too much with its negation."""
    from netutils.config.compliance import feature_compliance  # type: ignore[import-not-found]

    if case["platform"] not in NETUTILS:
        return None
    told = {"name": "all", "ordered": False, "section": [""]}
    found = feature_compliance(told, case["old"], case["new"], NETUTILS[case["platform"]])
    word = "undo" if case["platform"] == "h3c_comware" else "no"
    return "\n".join([str(found["missing"]), *_negated(str(found["extra"]), word)])


def _negated(text: str, word: str) -> Iterator[str]:
    rows = text.split("\n")
    for n, line in enumerate(rows):
        depth = len(line) - len(line.lstrip())
        below = n + 1 < len(rows) and len(rows[n + 1]) - len(rows[n + 1].lstrip()) > depth
        if line.strip():
            yield line if below else f"{' ' * depth}{word} {line.strip()}"


def main() -> None:
    """Read cases, write what each tool says."""
    cases = json.load(sys.stdin)
    found: dict[str, list[str | None]] = {}
    for name, tool in (("hier_config", by_hier_config), ("netutils", by_netutils)):
        found[name] = []
        for case in cases:
            try:
                found[name].append(tool(case))
            except Exception as error:
                found[name].append(f"!{type(error).__name__}: {error}")
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
