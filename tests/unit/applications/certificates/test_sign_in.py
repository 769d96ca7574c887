"""Who gets in: by a password, by a certificate, by a token; and what is refused at the door."""

from pathlib import Path
from urllib.parse import quote

from applications.certificates.web.throttle import MOST, WITHIN, Failures
from tests.unit.applications.certificates.pages import FIRST, HOME, PASSWORD, World, certified, door, get, post


def test_a_first_password_is_changed_before_anything_else(world: World) -> None:
    client = world.app.test_client()
    assert post(client, "/sign-in", {"login": "zhang", "password": "wrong"}).status_code == 401
    assert post(client, "/sign-in", {"login": "zhang", "password": FIRST}).location == "/password"
    assert get(client, "/certificates").location == "/password?next=/certificates?"
    assert 'value="/certificates?"' in get(client, "/password?next=/certificates?").text
    assert 'value="/"' in get(client, "/password?next=https://elsewhere.example/").text
    assert post(client, "/password", {"old": FIRST, "new": "short", "again": "short"}).status_code == 400
    chosen = {"old": FIRST, "new": PASSWORD, "again": PASSWORD, "next": "/seal?a=1"}
    assert post(client, "/password", chosen).location == "/seal?a=1"
    assert get(client, "/certificates").status_code == 200


def test_the_door_of_certificates_opens_for_good_ones_alone(world: World) -> None:
    own = certified(world, world.enter("zhang"))
    assert door(world.app.test_client(), own, "FAILED:certificate has expired").status_code == 401
    assert get(world.app.test_client(), "/sign-in/certificate").status_code == 401
    world.people().set_active("zhang", False)
    assert "没有与此证书对应的账号" in door(world.app.test_client(), own).text


def test_guessing_is_slowed_down(world: World) -> None:
    client = world.app.test_client()
    for _time in range(MOST):
        assert post(client, "/sign-in", {"login": "zhang", "password": "guess"}).status_code == 401
    assert post(client, "/sign-in", {"login": "zhang", "password": FIRST}).status_code == 429
    at = [0.0]
    failures = Failures(lambda: at[0])
    for _time in range(MOST):
        failures.count(["a"])
    assert failures.too_many(["a", "b"])
    at[0] = WITHIN + 1
    assert not failures.too_many(["a"])


def test_a_form_without_its_token_and_a_foreign_target_are_refused(world: World) -> None:
    client = world.app.test_client()
    sent = client.post("/sign-in", base_url=HOME, data={"login": "zhang", "password": FIRST})
    assert sent.status_code == 400
    for target in ("https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)"):
        assert "evil" not in get(world.app.test_client(), f"/sign-in?next={quote(target)}").text


def test_the_journal_goes_to_whoever_has_the_token(world: World, tmp_path: Path) -> None:
    client = world.app.test_client()
    assert get(client, "/journal.json").status_code == 401
    (tmp_path / "journal.token").write_text("the token\n")
    world.enter("zhang")
    assert get(client, "/journal.json", headers={"Authorization": "Bearer the tokem"}).status_code == 401
    lines = get(client, "/journal.json?after=0", headers={"Authorization": "Bearer the token"}).get_json()["lines"]
    assert [one["action"] for one in lines][:2] == ["sign-in", "password.changed"]
