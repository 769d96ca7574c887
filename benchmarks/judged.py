"""What the checks say of configurations that nobody here wrote: how many they decide, and how.

`python -m benchmarks.judged [FOLDER ...]`. Reads the public cases in `../shared/cases` (Annet's configurations of
Huawei, H3C and Cisco, FRR's of batfish/lab-validation), and of further folders every `*.vrp`, `*.comware`, `*.rgos`,
`*.ios`, and every host of a strongSwan test tree (`hosts/*/etc/swanctl/swanctl.conf`, `hosts/*/etc/ipsec.conf`). Prints
a table; which verdicts were looked at by hand and what was wrong is in docs/audit.md. Exit code 1 without the cases.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from audit.facts import DeviceFacts, Facts
from audit.lines import CHECKS, routing
from audit.lines.text import LINUX
from audit.model import Check, Point
from audit.servers.checks.swan import CHECKS as SWAN_CHECKS
from audit.servers.machine import File, Machine
from countynet import clock
from countynet.vocabulary import DeviceRole, Verdict
from inventory.load import load_county
from inventory.platforms.registry import platform

CASES = Path(__file__).parents[2] / "shared" / "cases"
VENDORS = {"huawei": "huawei_vrp", "h3c": "h3c_comware", "cisco": "cisco_ios"}
COUNTY = load_county(Path(__file__).parents[1] / "inventory" / "example")
DEVICE = COUNTY.devices_in(DeviceRole.CORE)[0]
SUFFIXES = {".vrp": "huawei_vrp", ".comware": "h3c_comware", ".rgos": "ruijie", ".ios": "cisco_ios"}


@dataclass
class Row:
    """One source: its configurations and the checks' verdicts on them, one a check and configuration."""

    name: str
    files: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)

    def add(self, points: Iterator[Point]) -> None:
        """Count what one check says of one configuration: a failure of several is one."""
        found = {point.verdict for point in points}
        order = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS, Verdict.NOT_APPLICABLE)
        self.verdicts[next(verdict for verdict in order if verdict in found)] += 1

    def text(self) -> str:
        """Return it as a line of the table."""
        counts = [self.verdicts[verdict] for verdict in (Verdict.FAIL, Verdict.PASS, Verdict.NOT_APPLICABLE)]
        return f"{self.name:<34}{self.files:>8}{sum(counts[:2]):>9}{counts[0]:>7}{counts[1]:>7}{counts[2]:>9}"


def main(folders: list[str]) -> int:
    """Print the table; return the exit code."""
    if not CASES.exists():
        sys.stderr.write(f"the public cases are not at {CASES}\n")
        return 1
    print(f"{'source':<34}{'files':>8}{'decided':>9}{'fail':>7}{'pass':>7}{'nothing':>9}")
    for row in (*annet(), frr(), *(row for folder in folders for row in further(Path(folder)))):
        print(row.text())
    return 0


def annet() -> list[Row]:
    """Return what is said of the texts before and after each of Annet's patches, by vendor."""
    rows = {name: Row(f"annet, {name}") for name in VENDORS.values()}
    for file in sorted((CASES / "annet" / "tests" / "annet" / "test_patch").glob("*.yaml")):
        cases = yaml.safe_load(file.read_text())
        for case in cases if isinstance(cases, list) else [cases]:
            if name := VENDORS.get(str(case.get("vendor", "")).lower()):
                for text in filter(None, (str(case.get("before") or ""), str(case.get("after") or ""))):
                    _lines(rows[name], name, text)
    return list(rows.values())


def frr() -> Row:
    """Return what the checks of routing say of FRR's configurations, each as the file of both routing daemons."""
    row = Row("batfish, FRR routing")
    for file in sorted((CASES / "batfish-lab-validation").rglob("configs/*/*.cfg")):
        text = file.read_text(errors="replace")
        daemons = "".join(f"#### /etc/frr/{name}.conf 0640\n{text}\n" for name in ("ospfd", "bgpd"))
        _lines(row, LINUX, daemons, routing.CHECKS)
    return row


def further(folder: Path) -> list[Row]:
    """Return what is said of a folder's configurations, by kind."""
    rows = {name: Row(f"{folder.name}, {name}") for name in SUFFIXES.values()}
    for file in sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES and path.is_file()):
        name = SUFFIXES[file.suffix]
        _lines(rows[name], name, file.read_text(errors="replace"))
    swan = Row(f"{folder.name}, strongSwan")
    for host in sorted(path for path in folder.rglob("hosts/*") if (path / "etc").is_dir()):
        files = {f"/etc/{name}": host / "etc" / name for name in ("swanctl/swanctl.conf", "ipsec.conf")}
        held = {path: _file(path, file) for path, file in files.items() if file.exists()}
        if held:
            swan.files += 1
            for check in SWAN_CHECKS:
                swan.add(_of_machine(check, Machine(host.name, held)))
    return [row for row in (*rows.values(), swan) if row.files]


def _lines(row: Row, name: str, text: str, checks: Sequence[Check] = CHECKS) -> None:
    """Ask every check of a platform about a text, as the configuration of a core router."""
    row.files += 1
    device = DEVICE.model_copy(update={"platform": name})
    held = {device.name: DeviceFacts(device, text=platform(name).mask(text), sha256="0" * 64)}
    for check in checks:
        if name in check.info.platforms:
            row.add(iter(check.decide(Facts(county=COUNTY, at=clock.now(), devices=held))))


def _of_machine(check: Check, machine: Machine) -> Iterator[Point]:
    return iter(check.decide(Facts(county=COUNTY, at=clock.now(), devices={}, servers={machine.name: machine})))


def _file(path: str, file: Path) -> File:
    return File(path, 0o600, "root:root", tuple(file.read_text(errors="replace").splitlines()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
