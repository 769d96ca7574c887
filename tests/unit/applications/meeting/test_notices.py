"""Notices to venues: taken by the gateway once, asked again while it is silent, shown where somebody has to call."""

import time
import urllib.error
from collections.abc import Callable
from email.message import Message
from pathlib import Path

import pytest

from applications.meeting import notices
from applications.meeting.settings import Settings
from applications.meeting.store import Store

HOUR = 3600.0


class Gateway:
    """Stands for the message gateway: keeps what it is given, and refuses as it is told."""

    def __init__(self) -> None:
        self.wrong: Exception | None = None
        self.asked = list[str]()

    def take(self, _settings: Settings, row: dict[str, str]) -> None:
        self.asked.append(row["telephone"])
        if self.wrong is not None:
            raise self.wrong


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "meetings.sqlite")


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Gateway:
    found = Gateway()
    monkeypatch.setattr(notices, "_post", found.take)
    return found


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    now = [1_800_000_000.0]
    monkeypatch.setattr(time, "time", lambda: now[0])

    def pass_(seconds: float) -> None:
        now[0] += seconds

    return pass_


def settings(tmp_path: Path, url: str = "https://messages.test/messages") -> Settings:
    return Settings(
        data=tmp_path, name="meeting.test", county="县", county_en="County", venues=tmp_path / "venues.json",
        janus_secret="a", rooms_secret="b", turn_secret="c", cookie_secret="d", organiser_password="e",
        messages_url=url, messages_token="key",
    )  # fmt: skip


def invite(store: Store, telephone: str = "13800000001") -> None:
    with store.change() as db:
        notices.write(db, "1001", "u001", telephone, "视频会议")


def states(store: Store) -> list[tuple[str, int]]:
    return [(row["state"], row["tries"]) for row in store.rows("select * from notice order by id")]


def refusal(status: int) -> urllib.error.HTTPError:
    return urllib.error.HTTPError("https://messages.test/messages", status, "no", Message(), None)


def test_a_notice_is_taken_once(store: Store, gateway: Gateway, tmp_path: Path) -> None:
    invite(store)
    assert [notices.send_due(store, settings(tmp_path)) for _time in range(2)] == [1, 0]
    assert (states(store), gateway.asked) == ([("sent", 0)], ["13800000001"])


def test_nobody_is_asked_where_there_is_no_telephone_or_no_gateway(
    store: Store, gateway: Gateway, tmp_path: Path
) -> None:
    invite(store, telephone="")
    invite(store)
    assert notices.send_due(store, settings(tmp_path, url="")) == 0
    assert (states(store), gateway.asked) == ([("no-telephone", 0), ("no-gateway", 0)], [])


@pytest.mark.parametrize("wrong", [OSError("timed out"), refusal(503), refusal(429)])
def test_a_silent_gateway_is_asked_again_for_a_day_with_growing_pauses(
    store: Store, gateway: Gateway, tmp_path: Path, later: Callable[[float], None], wrong: Exception
) -> None:
    invite(store)
    gateway.wrong, hours = wrong, 0.0
    while states(store)[0][0] == "waiting":
        notices.send_due(store, settings(tmp_path))
        later(60.0)
        hours += 1 / 60
    assert 20 < hours < 28
    assert states(store) == [("failed", len(gateway.asked))]
    assert len(gateway.asked) < 40


def test_a_gateway_that_comes_back_takes_it(
    store: Store, gateway: Gateway, tmp_path: Path, later: Callable[[float], None]
) -> None:
    invite(store)
    gateway.wrong = OSError("refused")
    notices.send_due(store, settings(tmp_path))
    assert notices.send_due(store, settings(tmp_path)) == 0
    assert len(gateway.asked) == 1, "not before its pause is over"
    gateway.wrong = None
    later(HOUR)
    assert notices.send_due(store, settings(tmp_path)) == 1
    assert states(store) == [("sent", 1)]


@pytest.mark.parametrize("status", [400, 409])
def test_what_the_gateway_refuses_for_good_is_shown_at_once(
    store: Store, gateway: Gateway, tmp_path: Path, later: Callable[[float], None], status: int
) -> None:
    invite(store, telephone="0553-1234567")
    gateway.wrong = refusal(status)
    notices.send_due(store, settings(tmp_path))
    later(24 * HOUR)
    notices.send_due(store, settings(tmp_path))
    assert (states(store), len(gateway.asked)) == ([("failed", 1)], 1)
