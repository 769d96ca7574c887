"""A department's own system that Debian packages (A10): deployed, read, restored, removed."""

from collections.abc import Iterator

import pytest

from tests.applications.bench import Bench, lone_host


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with lone_host("wiki", tmp_path_factory.mktemp("wiki")) as bench:
        result = bench.deploy()
        assert not bench.why(result)
        yield bench


def test_a_second_deploy_changes_nothing(bench: Bench) -> None:
    before = len(bench.said)
    result = bench.deploy()
    changed = [heard.task for heard in bench.said[before:] if heard.outcome == "changed"]
    assert (bench.why(result), changed) == ("", [])


def test_units_reach_it_and_nobody_else(bench: Bench) -> None:
    status, page = bench.get("/doku.php?id=start")
    assert (status, "知识库" in page) == (200, True)
    assert not bench.reaches(bench.stranger)
    assert not bench.reaches(bench.unit, 22)
    assert bench.reaches(bench.station, 22)
