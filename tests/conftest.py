"""The three floors: unit (no sockets), twin (root, real daemons in namespaces), browser (Chromium).

A test's floor is its folder. A test that this machine cannot run is skipped with the reason.
"""

import os
import shutil
from pathlib import Path

import pytest

FLOORS = ("twin", "browser")
HERE = Path(__file__).parent


def _floor(item: pytest.Item) -> str:
    return item.path.relative_to(HERE).parts[0]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        floor = _floor(item)
        if floor in FLOORS:
            item.add_marker(getattr(pytest.mark, floor))
        if floor in FLOORS and os.geteuid() != 0:
            item.add_marker(pytest.mark.skip(reason="needs root: network namespaces, mounts and real daemons in them"))
        if floor == "browser" and shutil.which("chromium") is None:
            item.add_marker(pytest.mark.skip(reason="needs Chromium: apt-get install chromium (`make test` does)"))
