"""What is written and posted, against the examples of the makers' documents."""

import base64
import hashlib
import hmac
import json
import string
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countynet.clock import CHINA
from countynet.i18n import set_language
from countynet.vocabulary import Severity
from monitoring.notices import formats, mail
from monitoring.notices.model import Channel
from monitoring.notices.words import Item, Message, compose

OPENED = datetime(2026, 11, 26, 9, 5, tzinfo=CHINA)
DOWN = "Line {line} of {unit_en} ({unit}) is down"
VALUES = {"line": "line-031", "unit": "公安局", "unit_en": "Police"}


def item(step: str = "opened", number: int = 7, closed: datetime | None = None) -> Item:
    return Item(number, step, Severity.MAJOR, DOWN, VALUES, OPENED, closed)


@pytest.fixture(autouse=True)
def _spoken() -> Iterator[None]:
    set_language("en")
    yield
    set_language("en")


def test_one_alarm_is_a_sentence_in_either_language() -> None:
    said = compose("Testing", [item()])
    assert (
        said.subject
        == "[Testing] major: Line line-031 of Police (公安局) is down (alarm 7, since 2026-11-26 09:05 CST)"
    )
    over = compose("Testing", [item("closed", closed=OPENED + timedelta(minutes=9))])
    assert over.subject.startswith("[Testing] Over: ")
    assert "2026-11-26 09:05 CST to 2026-11-26 09:14 CST" in over.subject
    assert "acknowledged yet" in compose("Testing", [item("escalated-1")]).subject
    set_language("zh_CN")
    assert "告警 7" in compose("某县", [item()]).subject
    assert compose("某县", [item(), item("closed", closed=OPENED)]).subject == "[某县] 告警 1 条，恢复 1 条"


@settings(max_examples=50)
@given(st.integers(2, 300), st.integers(300, 3000))
def test_a_digest_is_cut_by_whole_lines_and_says_how_many_are_left_out(count: int, limit: int) -> None:
    said = compose("Testing", [item(number=n) for n in range(1, count + 1)])
    text = said.text(limit)
    assert len(text.encode()) <= limit
    kept = [line for line in text.splitlines() if line in said.lines]
    if len(kept) < count:
        assert text.endswith(f"and {count - len(kept)} more")


def test_even_one_line_that_is_too_long_is_cut_within_no_character() -> None:
    assert Message("告警" * 50, ("告警",)).text(100) == "告警" * 16 + "告"
    assert Message("县", ("告警" * 50, "x")).text(100).encode().decode()


def test_dingtalk_signs_as_its_document_says() -> None:
    """The document's own recipe, step by step, over its secret `this is secret`."""
    secret, seconds = "this is secret", 1577262236.757
    request = formats.dingtalk("https://oapi.dingtalk.com/robot/send?access_token=XXX", "hi", ("138",), secret, seconds)
    query = parse_qs(urlsplit(request.url).query)
    code = hmac.new(secret.encode(), f"1577262236757\n{secret}".encode(), digestmod=hashlib.sha256).digest()
    assert query == {"access_token": ["XXX"], "timestamp": ["1577262236757"], "sign": [base64.b64encode(code).decode()]}
    assert "+" not in urlsplit(request.url).query
    assert json.loads(request.body)["at"]["atMobiles"] == ["138"]


def test_feishu_signs_with_the_text_as_the_key_and_nothing_as_the_message() -> None:
    request = formats.feishu(
        "https://open.feishu.cn/open-apis/bot/v2/hook/xxx", "request example", (), "demo", 1599360473.9
    )
    said = json.loads(request.body)
    sign = base64.b64encode(hmac.new(b"1599360473\ndemo", digestmod=hashlib.sha256).digest()).decode()
    assert said == {
        "timestamp": "1599360473",
        "sign": sign,
        "msg_type": "text",
        "content": {"text": "request example"},
    }
    assert "sign" not in json.loads(formats.feishu("https://x", "t", (), "", 0).body)


def test_wecom_is_as_its_document_says() -> None:
    request = formats.wecom(
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k", "广州今日天气", ("13800001111",), "", 0
    )
    assert json.loads(request.body) == {
        "msgtype": "text",
        "text": {"content": "广州今日天气", "mentioned_mobile_list": ["13800001111"]},
    }
    assert "key=k" not in repr(request)


@pytest.mark.parametrize(
    ("kind", "status", "answer", "refused"),
    [
        ("dingtalk", 200, '{"errcode":0,"errmsg":"ok"}', False),
        ("dingtalk", 200, '{"errcode":310000,"errmsg":"sign not match"}', True),
        ("wecom", 200, '{"errcode":45009,"errmsg":"api freq out of limit"}', True),
        ("feishu", 200, '{"code":0,"msg":"success","data":{}}', False),
        ("feishu", 200, '{"StatusCode":0,"StatusMessage":"success"}', False),
        ("feishu", 200, '{"code":19021,"msg":"sign match fail or timestamp is not within one hour"}', True),
        ("feishu", 400, '{"code":0}', True),
        ("wecom", 200, "<html>sign in</html>", True),
        ("wecom", 200, "[]", True),
        ("wecom", 200, "", True),
        ("sms", 200, "", False),
        ("sms", 500, "", True),
    ],
)
def test_an_answer_is_read_as_its_maker_means_it(kind: str, status: int, answer: str, refused: bool) -> None:
    channel = Channel.model_validate({"name": "c", "kind": kind})
    assert bool(formats.refusal(channel, status, answer)) is refused


TEXT = st.text(alphabet=string.printable + '县告警{}"\\&=%', max_size=40)


@settings(max_examples=60)
@given(TEXT, st.sampled_from(["{text}", "{to}", "{secret}"]))
def test_an_sms_says_the_text_whatever_is_in_it(text: str, more: str) -> None:
    """A text that holds a place, a quote or an ampersand is text: it never becomes a field or the secret."""
    said = text + more
    channel = Channel(
        name="s",
        kind="sms",
        url="https://sms.example.org/{to}?k={secret}&t={text}",
        content="json",
        body='{"t": "{text}"}',
    )
    request = formats.sms(channel, said, "138", "k&y")
    parts = urlsplit(request.url)
    assert unquote(parts.path) == "/138"
    assert parse_qs(parts.query, keep_blank_values=True) == {"k": ["k&y"], "t": [said]}
    assert json.loads(request.body) == {"t": said}
    form = formats.sms(channel.model_copy(update={"content": "form", "body": "t={text}&u={x}"}), said, "1", "")
    assert parse_qs(form.body.decode(), keep_blank_values=True)["t"] == [said]


def test_an_address_is_shown_without_its_key() -> None:
    assert formats.masked("https://u:p@sms.example.org:8443/hook/key?token=t") == "https://sms.example.org:8443/***"


def test_no_alarm_writes_a_header_of_its_own() -> None:
    channel = Channel(name="m", kind="mail", host="h", sender="net@example.org")
    letter = mail.written(channel, ["a@example.org"], Message("x\r\nBcc: b@example.org", ("y\n.\nz",)), "1")
    assert letter["Bcc"] is None
    assert letter["Subject"] == "x Bcc: b@example.org"
    assert letter.get_content().splitlines() == ["y", ".", "z"]
