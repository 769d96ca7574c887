"""A followed job: lines in batches, the live part when it changed, an end, and no more streams than threads allow."""

import json
from collections.abc import Callable

import pytest
from flask import Flask

from dashboard.stream import BATCH, LIFE, MOST, News, Streams, events
from tests.unit.dashboard.browser import Browser

Enter = Callable[[str], Browser]


class Clock:
    """Time that passes only by waiting."""

    def __init__(self) -> None:
        self.now = 0.0

    def wait(self, seconds: float) -> None:
        self.now += seconds


class Job:
    """A job whose lines come by time, at so many a second, and which ends."""

    def __init__(self, clock: Clock, each: int, ends: float) -> None:
        self.clock, self.each, self.ends = clock, each, ends
        self.parts = 0

    def news(self, after: int) -> News:
        said = int(min(self.clock.now, self.ends) * self.each)
        return News(tuple((n, f"line {n}") for n in range(after + 1, said + 1)), self.clock.now < self.ends)

    def part(self) -> str:
        self.parts += 1
        return f"<p>{int(self.clock.now)}</p>\n"


def told(job: Job, after: int = 0) -> list[tuple[str, object, int]]:
    found = []
    for text in events(after, job.news, job.part, job.clock.wait, lambda: job.clock.now):
        assert text.endswith("\n\n")
        if text.startswith("id: "):
            number, name, data = (line.partition(": ")[2] for line in text.rstrip("\n").split("\n"))
            found.append((name, json.loads(data), int(number)))
    return found


def lines(found: list[tuple[str, object, int]]) -> list[object]:
    return [line for name, data, _number in found if name == "log" and isinstance(data, list) for line in data]


def test_every_line_is_told_once_in_order_and_in_batches() -> None:
    job = Job(Clock(), 400, 5.0)
    found = told(job)
    assert lines(found) == [f"line {n}" for n in range(1, 2001)]
    assert len([1 for name, *_rest in found if name == "log"]) <= 5.0 / BATCH + 1
    assert found[-1] == ("end", None, 2000)


def test_the_live_part_is_made_at_most_once_a_second_and_told_when_it_changed() -> None:
    job = Job(Clock(), 0, 5.0)
    assert [data for name, data, _number in told(job) if name == "part"] == [f"<p>{n}</p>\n" for n in range(6)]
    assert job.parts <= 7


def test_whoever_comes_back_is_told_what_was_missed_and_nothing_twice() -> None:
    clock = Clock()
    job = Job(clock, 10, LIFE * 1.5)
    first = told(job)
    assert first[-1][0] != "end"
    second = told(job, first[-1][2])
    assert lines(first) + lines(second) == [f"line {n}" for n in range(1, int(LIFE * 15) + 1)]
    assert second[-1][0] == "end"


def test_an_idle_stream_keeps_its_line_open_with_words_that_say_nothing() -> None:
    clock = Clock()
    job = Job(clock, 0, LIFE * 2)
    job.part = lambda: ""  # type: ignore[method-assign]
    said = list(events(0, job.news, job.part, clock.wait, lambda: clock.now))
    assert set(said) == {"retry: 1000\n\n", ":\n\n"}


def test_there_are_never_more_streams_than_places_and_a_place_is_given_back() -> None:
    streams = Streams(2)
    assert [streams.take() for _n in range(3)] == [True, True, False]
    streams.leave()
    assert streams.take()


def test_a_job_is_followed_over_http_and_its_place_is_free_again(app: Flask, signed_in: Enter) -> None:
    center = signed_in("center")
    answer = center.post("/plans/new", only="role=cpe", policy="stop", seconds="120")
    path = answer.headers["Location"] + "/events"
    for _n in range(MOST + 1):
        followed = center.get(path, headers={"Accept": "text/event-stream"})
        assert followed.mimetype == "text/event-stream"
        assert 'data: ["reading"]' in followed.text
        assert followed.text.endswith("event: end\ndata: null\n\n")
    assert "reading" not in center.get(path, headers={"Last-Event-ID": "1"}).text
    streams: Streams = app.extensions["streams"]
    assert streams.open == 0
    while streams.take():
        pass
    refused = center.get(path)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")


def test_a_plan_that_nobody_applied_has_nothing_to_follow(signed_in: Enter) -> None:
    assert signed_in("auditor").get("/plans/1/events").status_code == 404
    assert signed_in("auditor").get("/plans/making/7/events").status_code == 404


@pytest.mark.parametrize(
    ("page", "start", "events"),
    [
        ("/audit", "/audit/run", "/audit/events"),
        ("/isolation", "/isolation/run", "/isolation/events"),
        ("/drift", "/drift/look", "/drift/events"),
        ("/backups", "/backups/take", "/backups/events"),
    ],
)
def test_every_page_of_a_job_follows_it_the_same_way(signed_in: Enter, page: str, start: str, events: str) -> None:
    browser = signed_in("auditor" if page == "/audit" else "center")
    assert browser.get(events).status_code == 404
    assert browser.post(start).status_code == 303
    assert f'data-stream="{events}?after=' in browser.get(page).text
    followed = browser.get(events, headers={"Accept": "text/event-stream"})
    assert followed.mimetype == "text/event-stream"
    assert followed.text.endswith("event: end\ndata: null\n\n")
    assert signed_in("u031").get(events).status_code == 403
