"""Who waits at the door of a meeting, what they are told, and what a line that loses much is sent."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from applications.meeting import rules, seats
from applications.meeting.janus import Admin
from applications.meeting.keeper import Keeper
from applications.meeting.live import Authority
from applications.meeting.rules import Role
from applications.meeting.settings import Settings
from applications.meeting.store import Store
from applications.meeting.web import Services, create_app
from applications.meeting.web import room as room_views
from applications.meeting.web.tries import Tries

NUMBER, CODE = "123456789", "11112222"
HEADERS = {"Origin": "https://meeting.test"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = Store(tmp_path / "meetings.sqlite")
    found.run("insert into venue (id, name, name_en) values ('u001', '水利局', 'Water')")
    found.run(
        "insert into meeting (number, title, begins, ends, hall, chair, state, secret) values"
        " (?, '会商', '', '', 'hall', 'organiser', 'open', '')",
        NUMBER,
    )
    found.run("insert into invitation (meeting, venue, code) values (?, 'u001', ?)", NUMBER, CODE)
    yield found
    found.close()


@pytest.fixture
def client(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setattr(room_views, "knocks", Tries(10, 600))
    monkeypatch.setattr(room_views, "by_address", Tries(10, 600))
    return _app(store, tmp_path)


def _app(store: Store, folder: Path, header: str = "") -> FlaskClient:
    settings = Settings(
        *(folder, "meeting.test", "县", "County", folder / "venues.json", "j", "r", "t", "c", "p"),
        sign_on_header=header,
    )  # fmt: skip
    authority = Authority(store, Admin(settings.janus_admin, "j"), settings)
    app = create_app(Services(settings, store, authority, Keeper(store, authority, settings)))
    return app.test_client()


def _join(client: FlaskClient, *, code: str = "", who: str = "", number: str = NUMBER) -> tuple[int, str]:
    form = {"number": number, "code": code, "who": who}
    answer = client.post("/join", data=form, base_url="https://meeting.test", headers=HEADERS)
    return answer.status_code, answer.get_data(as_text=True)


def _state(client: FlaskClient) -> object:
    return client.post("/room/state", json={}, base_url="https://meeting.test", headers=HEADERS).get_json()


def test_who_has_no_code_waits_and_is_told_of_nobody(client: FlaskClient, store: Store) -> None:
    assert _join(client, who="老李")[0] == 302
    assert _state(client) == {"state": "waiting"}
    waits = seats.waiting(store, NUMBER)
    assert [(seat["label"], seat["venue"]) for seat in waits] == [("老李", "")]
    page = client.get("/room", base_url="https://meeting.test").get_data(as_text=True)
    assert "会商" not in page


@pytest.mark.parametrize(
    ("who", "number", "status", "words"),
    [("", NUMBER, 400, "没有口令时请填写姓名"), ("老李", "987654321", 403, "没有此会议号的会议")],
)
def test_a_knock_without_a_name_or_at_no_door_is_refused(
    client: FlaskClient, who: str, number: str, status: int, words: str
) -> None:
    found, page = _join(client, who=who, number=number)
    assert (found, words in page) == (status, True)


def test_at_most_so_many_strangers_wait(client: FlaskClient) -> None:
    told = [_join(client, who=f"第{number}人")[0] for number in range(room_views.MOST_KNOCKING + 1)]
    assert told == [302] * room_views.MOST_KNOCKING + [429]
    assert _join(client, code=CODE)[0] == 302


def test_a_venue_that_was_removed_waits_when_it_comes_again(client: FlaskClient, store: Store) -> None:
    _join(client, code=CODE)
    assert [row["state"] for row in store.rows("select state from seat")] == ["admitted"]
    store.run("update seat set state = 'removed'")
    _join(client, code=CODE)
    assert [row["state"] for row in store.rows("select state from seat order by rowid")] == ["removed", "waiting"]


def _seat(store: Store) -> sqlite3.Row:
    found = store.row(f"{seats.WITH_VENUE} where seat.venue = 'u001'")
    assert found is not None
    return found


def test_a_line_that_loses_much_is_sent_less_and_comes_back_slowly(store: Store) -> None:
    meeting = seats.meeting(store, NUMBER)
    assert meeting is not None
    seats.take(store, meeting, "u001", "水利局", Role.VENUE, waits=False, address="")
    assert seats.ruled(_seat(store)).down_kbps == 2048
    seats.reported(store, _seat(store), {"common": 12.0})
    assert seats.ruled(_seat(store)).down_kbps == int(2048 * 0.7)
    seats.reported(store, _seat(store), {"common": 0.0})
    assert json.loads(_seat(store)["report"]) == {"common": 0.0, "share": 0.72}


def test_a_line_is_never_taken_to_carry_nothing_or_more_than_its_rate() -> None:
    share = 1.0
    for _times in range(20):
        share = rules.carried(share, 50)
    assert share == rules.LEAST_SHARE
    assert rules.carried(0.5, 3) == 0.5
    assert rules.carried(1.0, 0) == 1.0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_who_is_signed_on_and_no_organiser_is_told_so_in_words(store: Store, tmp_path: Path, language: str) -> None:
    app = _app(store, tmp_path, "Login")
    answer = app.get(
        f"/people?lang={language}", base_url="https://meeting.test", headers={"Login": "li"}, follow_redirects=True
    )
    told = {"zh": "您已以 li 登录，但不是会议管理员", "en": "You are signed in as li, who is no organiser"}
    assert (answer.status_code, told[language] in answer.text) == (403, True)
