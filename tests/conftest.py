"""The three floors: unit (no sockets), twin (root, real daemons in namespaces), browser (Chromium).

A test's floor is its folder. A test that this machine cannot run is skipped with the reason; where
COUNTYNET_SKIP_NOTHING is set, as CI does, a skip fails the run. Generated examples are the same in every run, so that
a red gate means the change at hand; `make fuzz` draws new ones.
"""

import gc
import os
import shutil
from pathlib import Path

import hypothesis  # now: Debian's Python 3.11.2 may fail to parse it when its plugin imports it last
import pytest

hypothesis.settings.register_profile("gate", derandomize=True, database=None, deadline=None)
hypothesis.settings.register_profile("fuzz", derandomize=False, print_blob=True, deadline=None)
hypothesis.settings.load_profile("gate")

gc.disable()  # until all is collected: what is loaded stays, and looking through it took a tenth of the time to load it

FLOORS = ("twin", "browser")
HERE = Path(__file__).parent


def _floor(item: pytest.Item) -> str:
    return item.path.relative_to(HERE).parts[0]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _floor(item) == "browser")  # Playwright leaves an event loop running in this thread
    for item in items:
        floor = _floor(item)
        if floor in FLOORS:
            item.add_marker(getattr(pytest.mark, floor))
        if floor in FLOORS and os.geteuid() != 0:
            item.add_marker(pytest.mark.skip(reason="needs root: network namespaces, mounts and real daemons in them"))
        if floor == "browser" and shutil.which("chromium") is None:
            item.add_marker(pytest.mark.skip(reason="needs Chromium: apt-get install chromium (`make test` does)"))


def pytest_collection_finish() -> None:
    """Spare the garbage collector all that was loaded and collected: it took a sixth of the unit floor's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
    gc.enable()


def _lacking(session: pytest.Session) -> list[str]:
    """Return why tests were skipped; recordings that do not travel with the repository are no lack of the machine."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    reasons = [str(r.longrepr[2]) for r in reporter.stats.get("skipped", ())] if reporter is not None else []
    return [reason for reason in reasons if "the public cases are not at" not in reason]


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if exitstatus == 0 and os.environ.get("COUNTYNET_SKIP_NOTHING") and (reasons := _lacking(session)):
        print("\nCOUNTYNET_SKIP_NOTHING is set, but:", *sorted(set(reasons)), sep="\n  ")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
