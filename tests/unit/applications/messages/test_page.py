"""The page: in two languages, by key, texts for those who may see them, and sent again by who may."""

import logging
import re
from pathlib import Path

import pytest

from applications.messages import words
from applications.messages.send import doubt
from tests.unit.applications.messages.samples import Gateway

HERE = Path(words.__file__).parent


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    found = Gateway(tmp_path)
    found.post(text="线路中断 <b>")
    return found


def test_who_has_no_key_sees_nothing(gateway: Gateway) -> None:
    assert gateway.client.get("/log").status_code == 401
    assert gateway.client.post("/sign-in", data={"key": "x"}).status_code == 403
    assert "线路中断" not in gateway.client.get("/").text


def test_texts_and_numbers_are_masked_for_who_may_not_see_them(
    gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    clear, masked = gateway.page("ben", "/log?words=线路"), gateway.page("bob", "/log")
    assert "线路中断 &lt;b&gt;" in clear
    assert "+8613800001111" in clear
    assert "线路中断" not in masked
    assert "+86138****1111" in masked
    assert "look: ben read 1 texts" in caplog.text
    assert "bob" not in caplog.text
    assert "+86138****1111" in gateway.page("bob", "/log?words=nothing-like-it"), "words are not looked for blindly"


def test_the_log_is_searched(gateway: Gateway) -> None:
    gateway.post("sites", to="13899990000", text="公告")
    assert "公告" in gateway.page("ben", "/log?number=9999")
    assert "线路中断" not in gateway.page("ben", "/log?number=9999")
    assert "公告" not in gateway.page("ben", "/log?sender=notices")
    assert "公告" not in gateway.page("ben", "/log?state=delivered&number=%25")
    assert "公告" not in gateway.page("ben", "/log?end=2020-01-01")


def test_it_speaks_chinese_and_english(gateway: Gateway) -> None:
    assert "剩余 9/10" in gateway.page("amy")
    assert "9 of 10 left" in gateway.page("amy", language="en-GB,en")
    gateway.client.get("/language/en")
    assert "9 of 10 left" in gateway.client.get("/", headers={"Accept-Language": "zh"}).text


def test_what_is_in_doubt_is_sent_again_by_who_may_and_by_their_own_form(gateway: Gateway) -> None:
    doubt(gateway.database, ("queued",), "restart", 0.0)
    assert "<button>重新发送" not in gateway.page("ben")
    page = gateway.page("amy")
    assert "提交时服务中断" in page
    found = re.search(r'action="(/again/\w+)".*?value="(\w+)"', page)
    assert found
    assert gateway.client.post(found[1], data={"form": "0"}).status_code == 400
    assert gateway.client.post(found[1], data={"form": found[2]}).status_code == 302
    assert "提交时服务中断" not in gateway.page("amy")


def test_the_sign_ons_header_alone_counts_where_it_is_configured(tmp_path: Path) -> None:
    gateway = Gateway(tmp_path, sign_on_header="Auth-User")
    assert "发送记录" not in gateway.page("amy")
    assert gateway.client.get("/", headers={"Auth-User": "amy"}).status_code == 200
    stranger = gateway.client.get("/", headers={"Auth-User": "eve"})
    assert (stranger.status_code, "eve" in stranger.text) == (403, True)


def test_every_word_is_there_in_both_languages_and_none_is_left_over() -> None:
    source = "\n".join(f.read_text() for f in (*HERE.rglob("*.py"), *HERE.rglob("*.html")))
    for name, texts in words.catalogue().items():
        assert set(texts) == set(words.LANGUAGES)
        fields = [sorted(re.findall(r"\{(\w+)\}", texts[language])) for language in words.LANGUAGES]
        assert fields[0] == fields[1], name
        assert f'"{name}"' in source or f"'{name}'" in source, f"{name} is said nowhere"
    for name in re.findall(r'\bsay\("([\w-]+)"|Wrong\("\w*", "([\w-]+)"', source):
        assert (name[0] or name[1]) in words.catalogue()
