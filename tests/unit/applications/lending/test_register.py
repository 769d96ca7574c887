"""The loans register (A10): what can be lent to whom, what the pages refuse, both languages."""

import re
from datetime import datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from applications.lending.store import Borrower, Refused, Store, overdue
from applications.lending.texts import TEXTS, said
from applications.lending.web import Access, create_app

NOW = datetime(2026, 11, 26, 10, 0)
WHO = Borrower("张三", "农业农村局", "0609-3110001", "下乡培训")
PAGES = "https://lending.qinglan.internal"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "loans.db")
    store.add("T-01", "投影仪", "projector", "")
    return store


@pytest.fixture
def page(tmp_path: Path, store: Store) -> FlaskClient:
    return create_app(
        tmp_path / "loans.db", Access("open-sesame", "Login", ("li",)), "k" * 32, lambda: NOW
    ).test_client()


def sent(page: FlaskClient, path: str, **fields: str) -> TestResponse:
    token = re.search(r'name="token" value="([^"]+)"', page.get("/", base_url=PAGES).text)
    return page.post(path, data={"token": token[1] if token else "", **fields}, base_url=PAGES, follow_redirects=True)


def test_a_thing_is_out_once_and_comes_back_once(store: Store) -> None:
    loan = store.lend("T-01", WHO, "2026-11-27", NOW)
    for refused, word in (
        (lambda: store.lend("T-01", WHO, "2026-11-28", NOW), "is-out"),
        (lambda: store.give_up("T-01"), "is-out"),
        (lambda: store.lend("T-02", WHO, "2026-11-28", NOW), "thing-unknown"),
        (lambda: store.lend("T-01", WHO, "2026-11-25", NOW), "day-wrong"),
        (lambda: store.lend("T-01", WHO, "2026-02-30", NOW), "day-wrong"),
        (lambda: store.add("T-01", "另一台", "projector", ""), "number-taken"),
        (lambda: store.add("T-02", "船", "ship", ""), "kind-unknown"),
    ):
        with pytest.raises(Refused) as error:
            refused()
        assert error.value.word == word
    assert [late.id for late in overdue(store.things(), datetime(2026, 11, 28).date())] == [loan]
    store.take_back(loan, "完好", NOW)
    with pytest.raises(Refused):
        store.take_back(loan, "", NOW)
    store.give_up("T-01")
    assert (store.things(), [one.state for one in store.loans()]) == ((), ["完好"])


def test_the_clerk_lends_by_the_pages_and_others_only_read(page: FlaskClient) -> None:
    for forged in ("forged", "伪造"):
        assert page.post("/things", data={"token": forged}, base_url=PAGES).status_code == 400
    assert sent(page, "/things", number="T-02", name="车", kind="vehicle").status_code == 403
    assert "口令不对" in sent(page, "/sign-in", password="x").text
    assert "已完成" in sent(page, "/sign-in", password="open-sesame").text
    told = sent(
        page, "/thing/T-01/lend", person="张三", unit="农业农村局", due="2026-12-01", telephone="=1+1", purpose=""
    )
    assert "已完成" in told.text
    assert "借出: 张三 (农业农村局) 2026-12-01" in " ".join(page.get("/", base_url=PAGES).text.split())
    table = page.get("/loans.csv?lang=en", base_url=PAGES).text
    assert ("Number,Name" in table, "'=1+1" in table) == (True, True)


def test_behind_the_sign_on_the_named_clerks_write(page: FlaskClient) -> None:
    assert "登记物品" not in page.get("/", base_url=PAGES, headers={"Login": "wang"}).text
    assert "登记物品" in page.get("/", base_url=PAGES, headers={"Login": "li"}).text


def test_behind_the_sign_on_others_are_told_who_writes_and_no_password_makes_them_clerks(page: FlaskClient) -> None:
    others = {"Login": "wang"}
    for language in ("zh", "en"):
        text = page.get(f"/?lang={language}", base_url=PAGES, headers=others).text
        assert said("reader", language) in text
        assert "password" not in text
    sent(page, "/sign-in", password="open-sesame")  # before the gate stood there
    assert "number" not in re.findall(r'name="(\w+)"', page.get("/", base_url=PAGES, headers=others).text)
    token = re.findall(r'name="token" value="([^"]+)"', page.get("/", base_url=PAGES).text)[0]
    for path in ("/sign-in", "/things"):
        told = {"token": token, "password": "open-sesame"}
        assert page.post(path, data=told, base_url=PAGES, headers=others).status_code == 403


def test_after_five_wrong_passwords_nobody_signs_in_for_a_while(page: FlaskClient) -> None:
    for _try in range(5):
        sent(page, "/sign-in", password="x")
    assert "尝试过多" in sent(page, "/sign-in", password="open-sesame").text


def test_every_text_is_there_in_both_languages() -> None:
    assert all(re.search("[一-鿿]", chinese) or key == "other-language" for key, (chinese, _english) in TEXTS.items())
    assert all(
        english and (key == "other-language" or not re.search("[一-鿿]", english))
        for key, (_zh, english) in TEXTS.items()
    )
    used = set(
        re.findall(
            r"w\('([a-z-]+)'\)", "".join(p.read_text() for p in Path("applications/lending/templates").iterdir())
        )
    )
    assert used <= set(TEXTS)
