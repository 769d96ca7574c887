"""The log of a run in the web: folded, counted, searched, bounded in size, and followed as it is said."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from countynet import clock
from dashboard.runs.log import Asked, folded
from dashboard.services.protocols import Services
from playbooks.runner.run import Line
from playbooks.runner.store import RunRow
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.runs_sample import asked, ended, own_playbooks, running, say

Enter = Callable[[str], Browser]


@pytest.fixture
def own(tmp_path: Path, services: Services) -> Path:
    """A county with playbooks of its own and a vault, made after the services' folder."""
    return own_playbooks(tmp_path)


def line(number: int, task: str, host: str = "", outcome: str = "", words: str = "") -> Line:
    return Line(number, clock.now(), host, task, outcome, words)


def test_a_log_is_folded_by_task_or_host_failures_first_and_quiet_hosts_are_names() -> None:
    said = [
        line(1, "beginning"), line(2, "install"), line(3, "install", "a", "ok"),
        line(4, "install", "b", "changed", "+x"),
        line(5, "restart"), line(6, "restart", "a", "ok"), line(7, "restart", "b", "failed", "no such unit"),
        line(8, "install"), line(9, "install", "a", "ok"),
    ]  # fmt: skip
    by_task = folded(said, Asked())
    assert [(fold.title, fold.counts) for fold in by_task] == [
        ("", ()), ("install", (("changed", 1), ("ok", 1))), ("restart", (("failed", 1), ("ok", 1))),
        ("install", (("ok", 1),)),
    ]  # fmt: skip
    assert (by_task[1].rows[0].title, by_task[1].quiet) == ("b", {"ok": ("a",)})
    by_host = folded(said, Asked(by="host"))
    assert [(fold.title, [row.title for row in fold.rows]) for fold in by_host] == [
        ("", ["beginning"]), ("a", []), ("b", ["restart", "install"]),
    ]  # fmt: skip
    assert folded(said, Asked(by="host", fold=2))[0].quiet == {"ok": ("install", "restart", "install")}
    assert [(f.number, f.title) for f in folded(said, Asked(words="SUCH unit"))] == [(3, "restart")]
    assert [f.title for f in folded(said, Asked(only="bad"))] == ["restart"]


@pytest.mark.usefixtures("own")
def test_forty_tasks_on_120_hosts_are_a_page_of_folds_below_its_size(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    run = asked(center)
    change = "--- before\n+++ after\n-an old line of a file\n+a new line of a file\n" * 12
    for task in range(40):
        name = f"role : task number {task} of the play"
        hosts = [(name, f"cpe-{h:03}", "changed" if (h + task) % 10 == 0 else "ok", "") for h in range(1, 121)]
        say(services, run, (name, "", "", ""), *((*h[:3], change if h[2] == "changed" else "") for h in hosts))
    say(services, run, ("role : task number 39 of the play", "cpe-007", "failed", "no space left on device"))
    ended(services, run)
    page = center.get(f"/runs/{run}").text
    assert page.count("<details id=") == 40
    assert "open><summary>role" not in page
    assert len(page.encode()) < 400_000
    assert "no space left on device" in page.partition('class="card folds"')[2]
    found = center.get(f"/runs/{run}?q=NO+space").text
    assert re.findall(r'<details id="t-(\d+)" open>', found) == ["40"]
    assert "cpe-008" not in found.partition('class="card folds"')[2]
    whole = center.get(f"/runs/{run}?fold=1&only=changed").text
    assert whole.count(change.splitlines()[3]) == 12 * 12
    assert len(center.get(f"/runs/{run}?by=host").data) < 400_000


@pytest.mark.usefixtures("own")
def test_a_run_under_way_is_followed_and_one_that_is_over_is_made_once(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    run = asked(center)
    running(services, run)
    say(
        services,
        run,
        ("install", "", "", ""),
        ("install", "cpe-007", "ok", ""),
        ("<b>restart", "cpe-008", "changed", "+z"),
    )
    part = center.get(f"/runs/{run}/live").text
    assert "<form" not in part
    assert "&lt;b&gt;restart" in part
    assert f'data-stream="/runs/{run}/events?after=3"' in part
    assert '<button class="second" form="p-cancel">' in part
    with services.accounts.engine.begin() as connection:
        hour = update(RunRow).values(state="queued", asked=clock.now() - timedelta(hours=1))
        connection.execute(hour)
    assert "data-stream" not in center.get(f"/runs/{run}/live").text  # it waits long: streams are few
    assert "event: end" in center.get(f"/runs/{run}/events").text
    ended(services, run)
    heard = center.get(f"/runs/{run}/events", headers={"Accept": "text/event-stream"}).text
    assert "cpe-007" in heard
    assert "event: end" in heard
    assert "cpe-007" not in center.get(f"/runs/{run}/events?q=restart").text.partition("event: part")[0]
    first = center.get(f"/runs/{run}/live")
    again = center.get(f"/runs/{run}/live", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "data-stream" not in first.text
