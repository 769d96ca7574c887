"""The figures of a run of the checks: all of them over the example county, and what is written of it.

`python -m benchmarks.audit`. The county's 132 devices have been fetched (what the inventory intends, kept sealed as a
fetch keeps it); live probes are not measured, they wait for the network. Parts one after the other:
reading what was fetched, the proof with its certificate, every check, evidence, paper, workbook, OSCAL; the second
opinion is a process of its own beside the checks, as in a run. The log has `benchmarks.audit_log`. Prints a table;
exit code 1 over a target.
"""

import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from audit import evidence, report, toolkit
from audit.checks import EVERY, decide
from audit.export.book import workbook
from audit.export.oscal import document
from audit.export.printed import printed
from audit.export.source import Kept
from audit.facts import DeviceFacts, Facts, Proven
from audit.gather import known
from audit.model import Result
from audit.second import SecondOpinion
from audit.tables import AuditRun
from benchmarks.figure import HEADING, Figure
from benchmarks.pss import Memory
from countynet import clock
from countynet.db import open_database
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory import create, running
from inventory.intent.adapt import adapted
from inventory.load import load_county
from inventory.model import County
from inventory.platforms.registry import platform
from topology.reach.certified import certified
from topology.reach.service import Of, ground

T = TypeVar("T")
SECONDS, MEGABYTES, PAGES, PAPER = 20.0, 500.0, 300, 20.0
"""targets of issue 8: a full run, its memory, and pages in so many seconds"""


class Clock:
    """Times parts, by the wall and by the processor."""

    def __init__(self) -> None:
        self.figures: list[Figure] = []

    def part(self, name: str, work: Callable[[], T], target: float = 0.0) -> T:
        """Do a part and note what it took."""
        wall, cpu = time.monotonic(), time.process_time()
        found = work()
        self.figures.append(Figure(name, time.monotonic() - wall, "s", target, time.process_time() - cpu))
        return found


def fetched(settings: Settings) -> County:
    """Make a county whose devices all were fetched, and return it."""
    create.create_folder(settings)
    county = load_county(settings.county)
    create.create_secrets(settings, county)
    create.create_repository(settings)
    texts = {}
    for name, config in adapted(county, Secrets.load(settings).get).items():
        functions = platform(county.device_by_name[name].platform)
        original = functions.render(config)
        texts[name] = (functions.mask(original), original)
    running.save(settings, texts)
    return county


def devices(county: County, settings: Settings) -> dict[str, DeviceFacts]:
    """Read what was fetched, as an audit does."""
    wanted = adapted(county, Secrets.load(settings).get)
    return {d.name: known(d, wanted[d.name], running.original(settings, d.name)) for d in county.devices}


def main() -> int:
    """Measure, print the table; return the exit code."""
    with tempfile.TemporaryDirectory(prefix="audit-") as folder, Memory() as memory:
        settings, clock_ = Settings(county=Path(folder) / "county", language="en"), Clock()
        county, engine = fetched(settings), open_database(settings)
        held = clock_.part("configurations read", lambda: devices(county, settings))
        stand = ground(county, settings, Of.RUNNING)
        proof = clock_.part("isolation proven", stand.prove)
        content = clock_.part("certificate", lambda: certified(settings, stand, Of.RUNNING, at=clock.now()).content)
        with SecondOpinion(content) as opinion:
            self_ = clock_.part("countynet itself looked at", lambda: toolkit.gather(settings, engine, held))
            bare = Facts(county=county, at=clock.now(), devices=held, toolkit=self_)

            def whole_facts(facts: Facts) -> Facts:
                told = clock_.part("second opinion, still waited for", opinion.wait)
                return replace(facts, proven=Proven(proof, content, told))

            facts, results = clock_.part(
                f"{len(EVERY)} checks, that wait included", lambda: decide(EVERY, bare, whole_facts)
            )
        files = clock_.part("evidence and report kept", lambda: _keep(settings, county, results, facts))
        whole = sum(figure.value for figure in clock_.figures if "still" not in figure.name)
        other = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = sum(figure.cpu for figure in clock_.figures) + other.ru_utime + other.ru_stime
        total = [
            Figure("a full run, live probes apart", whole, "s", SECONDS, cpu),
            Figure("memory, the second opinion's with it", memory.most, "MB", MEGABYTES),
        ]
        return _table([*clock_.figures, *total, *_papers(county, results, files)])


def _keep(settings: Settings, county: County, results: Sequence[Result], facts: Facts) -> dict[str, str]:
    files = {r.check.id: evidence.save(settings, report.evidence(r, facts.at)) for r in results}
    for held in facts.devices.values():
        evidence.save(settings, held.text.encode())
    for make in (report.document, report.page):
        evidence.save(settings, make(county, results, files, facts.at, "auditor"))
    return files


def _papers(county: County, results: Sequence[Result], files: dict[str, str]) -> list[Figure]:
    at = clock.now()
    row = AuditRun(id=1, started=at, finished=at, actor="auditor", devices=len(county.devices), report="0" * 64)
    kept, clock_ = Kept(row, results, files, {"profile": "mlps-3"}), Clock()
    pdf = clock_.part("paper", lambda: printed(county, kept, most=1000))
    clock_.part("workbook", lambda: workbook(kept))
    clock_.part("OSCAL", lambda: document(county, kept))
    pages = len(re.findall(rb"/Type /Page\b", pdf))
    paper = clock_.figures[0]
    per = Figure(f"paper of {PAGES} pages, by the {pages} of this run", paper.value / pages * PAGES, "s", PAPER)
    return [*clock_.figures, per]


def _table(figures: list[Figure]) -> int:
    print(HEADING)
    for figure in figures:
        print(figure.row())
    return int(any(figure.target and figure.value > figure.target for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
