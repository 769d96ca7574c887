"""The gate: forged headers name nobody, sessions end, whoever is not on the lists is refused."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from applications.gate.allowed import Lists, Person
from applications.gate.pages import create_app
from applications.gate.provider import EVENT, Ended, NotSignedOn, judged
from applications.gate.sessions import IDLE, LONGEST
from applications.gate.settings import BadSettings, Settings, read
from tests.unit.applications.gate.fake import SIGN_IN, FakeSignOn

HOME, UNIT = "https://wiki.test", "清岚县财政局"
FORGED = {"X-County-Login": "admin", "X-County-Name": "admin", "X-County-Unit": UNIT, "X-County-Role": "officer"}
CLAIMS: dict[str, Any] = {
    "iss": "https://auth.test", "aud": "wiki", "iat": 1000, "exp": 1120, "jti": "j1", "sub": "zhang", "sid": "s1",
    "events": {EVENT: {}},
}  # fmt: skip


@dataclass
class World:
    """A gate with a browser before it and a clock of its own."""

    browser: FlaskClient
    sign_on: FakeSignOn
    settings: Settings
    now: float = 1000.0

    def check(self, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str]]:
        """Ask as nginx does; returns the status and what is told of the person."""
        answer = self.browser.get("/signed-on/check", base_url=HOME, headers=headers)
        return answer.status_code, {n: unquote(v) for n, v in answer.headers if n.startswith("X-County-")}

    def come_back(self, target: str = "/page") -> Any:
        """Go to the sign-on and come back."""
        self.browser.get("/signed-on/begin", base_url=HOME, headers={"X-County-Target": target})
        return self.browser.get("/signed-on/back", base_url=HOME)


def settings(folder: Path, **more: Any) -> Settings:
    told = {
        "county": "清岚县", "county_en": "Qinglan", "title": "知识库", "title_en": "Wiki", "name": "wiki.test",
        "issuer": "https://auth.test", "client": "wiki", "secret": "s", "authority": str(folder / "root.pem"),
        "back": f"{HOME}/signed-on/back", "state": str(folder), "socket": str(folder / "gate.sock"), "port": 1,
        "health": {"path": "/", "status": 200, "contains": ""}, "units": [UNIT], "roles": ["person"], "logins": [],
        "strangers": False,
    }  # fmt: skip
    return Settings(**{**told, **more})


def world_of(made: Settings) -> World:
    sign_on = FakeSignOn()
    held: list[World] = []
    app = create_app(made, lambda _app: sign_on, lambda: held[0].now)
    held.append(World(app.test_client(), sign_on, made))
    return held[0]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return world_of(settings(tmp_path))


def test_forged_headers_and_cookies_name_nobody(world: World) -> None:
    assert world.check(FORGED) == (401, {})
    world.browser.set_cookie("__Host-county-gate", "eyJ0b2tlbiI6ImEifQ.aaaa.bbbb", domain="wiki.test", secure=True)
    assert world.check(FORGED) == (401, {})


def test_whoever_is_in_is_told_of_by_the_sign_ons_words_and_not_by_the_clients(world: World) -> None:
    assert world.come_back().location == "/page"
    who = {"X-County-Login": "zhang", "X-County-Name": "张三", "X-County-Unit": UNIT, "X-County-Role": "person"}
    assert world.check(FORGED) == (204, who)


@pytest.mark.parametrize(("step", "total"), [(IDLE + 1, IDLE + 1), (IDLE - 60, LONGEST + IDLE)])
def test_a_session_ends_without_requests_and_after_its_longest_time(world: World, step: int, total: int) -> None:
    world.come_back()
    began = world.now
    while world.now - began + step <= min(total - 1, LONGEST):
        world.now += step
        assert world.check()[0] == 204
    world.now += step
    assert world.check() == (401, {})


def test_a_role_or_unit_that_is_not_listed_is_refused_each_time(world: World) -> None:
    told = world.sign_on.told
    for person in (replace(told.person, role="auditor"), replace(told.person, unit="清岚县教育局")):
        world.sign_on.told = replace(told, person=person)
        answer = world.come_back()
        assert (answer.status_code, "没有使用本应用的权限" in answer.text) == (403, True)
        assert world.check(FORGED) == (403, {})


@pytest.mark.parametrize("target", ["//evil.test/", "https://evil.test/", "/\\evil.test", "/signed-on/out", "/a\nb"])
def test_nobody_is_taken_to_another_site(world: World, target: str) -> None:
    world.browser.get("/signed-on/begin", base_url=HOME, query_string={"next": target})
    assert world.browser.get("/signed-on/back", base_url=HOME).location == "/"


def test_a_sign_on_that_is_away_lets_nobody_in_and_keeps_who_is_in(world: World) -> None:
    world.sign_on.is_away = True
    answer = world.browser.get("/signed-on/begin", base_url=HOME)
    assert (answer.status_code, "暂时不可用" in answer.text) == (503, True)
    assert world.browser.get("/signed-on/back", base_url=HOME).status_code == 503
    assert world.check() == (401, {})
    world.sign_on.is_away = False
    assert world.browser.get("/signed-on/begin", base_url=HOME).location == SIGN_IN
    world.browser.get("/signed-on/back", base_url=HOME)
    world.sign_on.is_away = True
    assert world.check()[0] == 204


def test_a_form_that_came_too_late_is_not_sent_on(world: World) -> None:
    answer = world.browser.get("/signed-on/begin", base_url=HOME, headers={"X-County-Method": "POST"})
    assert (answer.status_code, "没有保存" in answer.text) == (401, True)


def test_signing_out_takes_a_word_of_the_session(world: World) -> None:
    world.come_back()
    for forged in ("forged", "伪造"):
        assert world.browser.post("/signed-on/out", base_url=HOME, data={"form": forged}).status_code == 400
    assert world.check()[0] == 204
    with world.browser.session_transaction(base_url=HOME) as kept:
        word = kept["form"]
    answer = world.browser.post("/signed-on/out", base_url=HOME, data={"form": word})
    assert answer.location == "https://auth.test/sign-out"
    assert world.check()[0] == 401


def test_the_sign_ons_word_ends_a_session_once_and_a_forged_one_does_not(world: World) -> None:
    world.come_back()

    def tell(token: str) -> Any:
        return world.browser.post("/signed-on/ended", base_url=HOME, data={"logout_token": token})

    assert tell("forged").status_code == 400
    world.sign_on.words = {"other": Ended("s9", "wang", "j0"), "mine": Ended("s1", "zhang", "j1")}
    assert tell("other").status_code == 200
    assert world.check()[0] == 204
    assert tell("mine").status_code == 200
    assert world.check() == (401, {})
    assert tell("mine").status_code == 400  # heard before


def test_a_cookie_kept_from_a_session_that_ended_is_worth_nothing(world: World) -> None:
    world.come_back()
    kept = world.browser.get_cookie("__Host-county-gate", domain="wiki.test")
    assert kept
    with world.browser.session_transaction(base_url=HOME) as told:
        word = told["form"]
    world.browser.post("/signed-on/out", base_url=HOME, data={"form": word})
    world.browser.set_cookie("__Host-county-gate", kept.value, domain="wiki.test", secure=True)
    assert world.check() == (401, {})


def test_where_strangers_may_read_they_come_without_a_name(tmp_path: Path) -> None:
    open_ = world_of(settings(tmp_path, strangers=True))
    assert open_.check(FORGED) == (204, {})


def test_lists_let_in_the_named_and_those_of_both_lists() -> None:
    zhang = Person("zhang", "张三", UNIT, "person")
    assert Lists().lets_in(zhang)
    assert Lists([UNIT], ["person"]).lets_in(zhang)
    assert not Lists([UNIT], ["officer"]).lets_in(zhang)
    assert not Lists([], [], ["li"]).lets_in(zhang)
    assert Lists(["清岚县教育局"], [], ["zhang"]).lets_in(zhang)


@pytest.mark.parametrize(
    ("changed", "now"),
    [({"iss": "https://evil.test"}, 1000), ({"aud": "sites"}, 1000), ({"events": {}}, 1000), ({"nonce": "n"}, 1000),
     ({"jti": ""}, 1000), ({"sid": "", "sub": ""}, 1000), ({}, 1120 + 121), ({}, 1000 - 121), ({"exp": None}, 1000)],
)  # fmt: skip
def test_a_logout_token_for_others_or_of_another_time_is_refused(changed: dict[str, Any], now: float) -> None:
    assert judged(CLAIMS, "https://auth.test", "wiki", 1000) == Ended("s1", "zhang", "j1")
    with pytest.raises(NotSignedOn):
        judged({**CLAIMS, **changed}, "https://auth.test", "wiki", now)


def test_settings_are_read_strictly(tmp_path: Path) -> None:
    file = tmp_path / "gate.json"
    file.write_text('{"county": 1, "unknown": 2}')
    with pytest.raises(BadSettings, match=r"title is missing.*unknown is not known.*county is no str"):
        read(file)
