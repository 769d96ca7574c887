"""Notices against real servers: taken, refused, slow, down and back, and a sender that is killed in the middle."""

import base64
import hashlib
import hmac
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import Engine

from benchmarks.faults_stage import county_folder
from countynet.db import open_database, reading, transaction
from countynet.people import Actor
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import Role, Severity
from inventory.load import load_county
from monitoring.alarms import notes
from monitoring.alarms.service import Trouble, close_alarm, open_alarm
from monitoring.faults.service import Faults
from monitoring.faults.telling.sender import Teller
from monitoring.notices import store
from monitoring.notices.deliver import deliver
from monitoring.notices.model import Channel, NoticeState, Recipient
from monitoring.notices.sender import Sender
from monitoring.notices.words import trial
from tests.twin import notice_servers as servers

SECRETS = {
    "notices/url": "",
    "notices/sign": "SECgeheim",
    "notices/password": "right",
    "notices/wrong": "verratenes-wort",
    "notices/sms": "sms-key&geheim",
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = Settings(county=tmp_path / "county", language="en")
    found.county.mkdir()
    return found


def vault(settings: Settings, url: str = "") -> None:
    Secrets.create(settings, SECRETS | {"notices/url": url})


def sent(settings: Settings, channel: Channel, *to: str) -> tuple[NoticeState, str]:
    recipient = Recipient(name="duty", channel=channel.name, to=to, language="en")
    outcome = deliver(settings, channel, recipient, lambda: trial("Testing"), "1")
    return outcome.state, outcome.said


def mail(box: servers.Mailbox, **more: object) -> Channel:
    return Channel.model_validate(
        {"name": "m", "kind": "mail", "host": "127.0.0.1", "port": box.port, "sender": "Net <net@example.org>", **more}
    )


def webhook(kind: str, **more: object) -> Channel:
    return Channel.model_validate({"name": "w", "kind": kind, "url": "notices/url", **more})


def test_mail_goes_by_starttls_with_login(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault(settings)
    pair = servers.certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pair[0]))
    with servers.smtp(tls=pair) as box:
        channel = mail(box, login="net", password="notices/password")
        assert sent(settings, channel, "a@example.org", "b@example.org") == (NoticeState.SENT, "250 taken as 1")
        wrong = sent(settings, mail(box, login="net", password="notices/wrong"), "a@example.org")
    assert (box.logins, box.secure) == (["net", "net"], [True])
    assert box.envelopes == [("net@example.org", ["a@example.org", "b@example.org"])]
    (letter,) = box.mails
    assert letter["Subject"] == "[Testing] This is a test of countynet's notices; nothing is wrong."
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"] == "<notice-1@example.org>"
    assert wrong == (NoticeState.QUEUED, "535 wrong password ***")


def test_a_server_that_nobody_vouches_for_or_without_tls_gets_neither_password_nor_mail(
    settings: Settings, tmp_path: Path
) -> None:
    vault(settings)
    with servers.smtp(tls=servers.certificate(tmp_path)) as box:
        state, said = sent(settings, mail(box, login="net", password="notices/password"), "a@example.org")
        assert state is NoticeState.QUEUED
        assert "certificate" in said.lower()
    with servers.smtp() as plain:
        assert sent(settings, mail(plain, login="net", password="notices/password"), "a@example.org")[0] == "queued"
    assert (box.logins, box.mails, plain.logins, plain.mails) == ([], [], [], [])


def test_a_mail_that_is_taken_is_sent_whatever_becomes_of_the_goodbye(settings: Settings) -> None:
    with servers.smtp() as box:
        box.drop_quit = True
        assert sent(settings, mail(box, security="none"), "a@example.org")[0] is NoticeState.SENT


def test_a_refused_recipient_is_tried_again_and_a_silent_server_is_doubtful(settings: Settings) -> None:
    with servers.smtp() as box:
        box.refuse = "550 no such mailbox"
        assert sent(settings, mail(box, security="none"), "a@example.org") == (NoticeState.QUEUED, box.refuse)
        box.refuse, box.mute = "", True
        assert sent(settings, mail(box, security="none", seconds=1), "a@example.org")[0] is NoticeState.DOUBTFUL
    assert len(box.mails) == 1


def test_dingtalk_gets_its_text_and_a_signature_that_holds(settings: Settings) -> None:
    with servers.http() as web:
        vault(settings, web.url())
        state, _said = sent(settings, webhook("dingtalk", sign="notices/sign"), "13800001111")
    (posted,) = web.posted
    query = parse_qs(urlsplit(posted.target).query)
    stamp = query["timestamp"][0]
    wanted = base64.b64encode(hmac.new(b"SECgeheim", f"{stamp}\nSECgeheim".encode(), hashlib.sha256).digest()).decode()
    assert (state, query["sign"], query["access_token"]) == (NoticeState.SENT, [wanted], ["tok-geheim"])
    assert abs(int(stamp) / 1000 - time.time()) < 3600
    assert posted.json == {
        "msgtype": "text",
        "text": {"content": "[Testing] This is a test of countynet's notices; nothing is wrong."},
        "at": {"atMobiles": ["13800001111"], "isAtAll": False},
    }  # fmt: skip


def test_a_webhook_is_posted_only_to_a_server_that_somebody_vouches_for(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = servers.certificate(tmp_path)
    with servers.http(tls=pair) as web:
        vault(settings, web.url().replace("http:", "https:"))
        state, said = sent(settings, webhook("wecom"))
        assert (state, web.posted) == (NoticeState.QUEUED, [])
        assert "geheim" not in said
        monkeypatch.setenv("SSL_CERT_FILE", str(pair[0]))
        assert sent(settings, webhook("wecom"))[0] is NoticeState.SENT
    assert len(web.posted) == 1


def test_wecom_and_feishu_take_theirs(settings: Settings) -> None:
    with servers.http() as web:
        vault(settings, web.url("/cgi-bin/webhook/send?key=k-geheim"))
        assert sent(settings, webhook("wecom"))[0] is NoticeState.SENT
        web.answer = '{"code":0,"msg":"success","data":{}}'
        assert sent(settings, webhook("feishu", sign="notices/sign"))[0] is NoticeState.SENT
    assert web.posted[0].json["msgtype"] == "text"
    feishu = web.posted[1].json
    key = f"{feishu['timestamp']}\nSECgeheim".encode()
    assert feishu["sign"] == base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
    assert feishu["msg_type"] == "text"


def test_an_sms_gateway_gets_what_its_template_says(settings: Settings) -> None:
    vault(settings)
    with servers.http() as web:
        web.answer = '{"code":"OK"}'
        url = web.url("/send?key={secret}")
        channel = Channel(
            name="s", kind="sms", url=url, secret="notices/sms", content="json",
            body='{"mobile": "{to}", "text": "{text}"}', accepted='"code":"OK"',
        )  # fmt: skip
        state, said = sent(settings, channel, "13800001111", "13800002222")
        form = channel.model_copy(update={"content": "form", "body": "m={to}&t={text}"})
        assert sent(settings, form, "13800003333")[0] is NoticeState.SENT
        web.answer = '{"code":"LIMIT","key":"sms-key&geheim"}'
        refused = sent(settings, channel, "13800001111")
    assert state is NoticeState.SENT
    assert "13800002222: HTTP 200" in said
    assert parse_qs(urlsplit(web.posted[0].target).query) == {"key": ["sms-key&geheim"]}
    assert [posted.json["mobile"] for posted in web.posted[:2]] == ["13800001111", "13800002222"]
    assert parse_qs(web.posted[2].body)["m"] == ["13800003333"]
    assert refused == (NoticeState.QUEUED, '13800001111: {"code":"LIMIT","key":"***"}')


def test_what_a_server_refuses_is_tried_again_and_no_redirect_is_followed(settings: Settings) -> None:
    with servers.http() as web, servers.http() as elsewhere:
        vault(settings, web.url())
        web.answer = '{"errcode":310000,"errmsg":"sign not match"}'
        assert sent(settings, webhook("dingtalk")) == (NoticeState.QUEUED, web.answer)
        web.status, web.location = 302, elsewhere.url()
        assert sent(settings, webhook("dingtalk"))[0] is NoticeState.QUEUED
        web.status, web.location = 503, ""
        assert sent(settings, webhook("dingtalk"))[0] is NoticeState.QUEUED
    assert elsewhere.posted == []
    state, said = sent(settings, webhook("dingtalk"))
    assert (state, said) == (NoticeState.QUEUED, "Connection refused")


@pytest.mark.parametrize(("wait", "drip"), [(60.0, 0.0), (0.0, 0.4)])
def test_a_server_that_never_comes_to_an_end_is_left_and_what_it_has_is_doubtful(
    settings: Settings, wait: float, drip: float
) -> None:
    with servers.http() as web:
        web.wait, web.drip, web.answer = wait, drip, "x" * 200
        vault(settings, web.url())
        assert sent(settings, webhook("wecom", seconds=1))[0] is NoticeState.DOUBTFUL
    assert len(web.posted) == 1


def rules(settings: Settings, box: servers.Mailbox, web: servers.Web | None = None) -> None:
    text = f"""\
channels:
  - {{name: mail, kind: mail, host: 127.0.0.1, port: {box.port}, security: none, sender: net@example.org}}
  - {{name: chat, kind: wecom, url: notices/url, seconds: 60}}
recipients:
  - {{name: duty, channel: mail, to: [duty@example.org], language: en, digest: 0}}
  - {{name: group, channel: chat, language: zh_CN, digest: 0}}
rules:
  - {{name: all, steps: [{{to: [duty{", group" if web else ""}]}}]}}
"""
    (settings.county / "monitoring").mkdir(exist_ok=True)
    (settings.county / "monitoring" / "notices.yml").write_text(text)


def trouble(number: int) -> Trouble:
    return Trouble(f"line:{number}", Severity.MAJOR, f"line-{number}", "Device {device} does not answer",
                   {"device": f"cpe-{number}"}, f"cpe-{number}")  # fmt: skip


def opened(engine: Engine, *numbers: int) -> None:
    with transaction(engine) as session:
        for number in numbers:
            open_alarm(session, trouble(number), "test")


def closed(engine: Engine, *numbers: int) -> None:
    with transaction(engine) as session:
        for number in numbers:
            close_alarm(session, f"line:{number}")


def states(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return [f"{n.alarm} {n.step} {n.recipient} {n.state}" for n in reversed(store.newest(session, 9999))]


class Hours:
    """A sender and its clock, which a test moves."""

    def __init__(self, settings: Settings) -> None:
        self.engine = open_database(settings)
        self.sender = Sender(settings, self.engine)
        self.now = datetime.now(UTC)

    def later(self, **more: float) -> None:
        self.now += timedelta(**more)
        self.sender.step(self.now)
        self.sender.wait(60)

    def round(self) -> None:
        """Queue, and after the settling send."""
        self.later(seconds=0)
        self.later(seconds=6)


def body(letter: EmailMessage) -> list[str]:
    return str(letter.get_content()).strip().splitlines()


def test_a_storm_is_one_mail_and_its_end_another_in_order(settings: Settings) -> None:
    with servers.smtp() as box:
        rules(settings, box)
        hours = Hours(settings)
        opened(hours.engine, *range(1, 41))
        hours.round()
        closed(hours.engine, *range(1, 41))
        hours.round()
        hours.later(hours=1)
    begin, end = box.mails
    assert "40 alarms, 0 over" in begin["Subject"]
    assert [line.split()[2] for line in body(begin)] == [f"cpe-{n}" for n in range(1, 41)]
    assert "0 alarms, 40 over" in end["Subject"]
    assert [line.split()[2] for line in body(end)] == [f"cpe-{n}" for n in range(1, 41)]


def test_a_server_that_is_down_and_comes_back_gets_everything_once(settings: Settings) -> None:
    with servers.smtp() as box:
        rules(settings, box)
        port = box.port
    hours = Hours(settings)
    opened(hours.engine, 1, 2, 3)
    hours.round()
    hours.later(seconds=40)
    closed(hours.engine, 2)
    hours.later(seconds=5)
    assert states(hours.engine) == ["1 opened duty queued", "2 opened duty dropped", "3 opened duty queued"]
    with servers.smtp(port) as again:
        hours.later(minutes=2)
        hours.later(minutes=2)
    (letter,) = again.mails
    assert [line.split()[2] for line in body(letter)] == ["cpe-1", "cpe-3"]
    assert states(hours.engine) == ["1 opened duty sent", "2 opened duty dropped", "3 opened duty sent"]


def test_a_slow_server_keeps_nobody_else_waiting_and_secrets_stay_out_of_the_log(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with servers.smtp() as box, servers.http() as web:
        web.wait = 3600
        vault(settings, web.url())
        rules(settings, box, web)
        hours = Hours(settings)
        opened(hours.engine, 1)
        hours.later(seconds=0)
        hours.now += timedelta(seconds=6)
        hours.sender.step(hours.now)
        until(lambda: box.mails and web.posted)
        until(lambda: "1 opened duty sent" in states(hours.engine))
        assert "1 opened group sending" in states(hours.engine)
    hours.sender.wait(60)
    assert "1 opened group sent" in states(hours.engine)
    with servers.http() as web:
        web.status, web.answer = 500, f"who are you at {web.url()}"
        vault(settings, web.url())
        opened(hours.engine, 2)
        hours.round()
    assert "geheim" not in caplog.text
    assert "***" in caplog.text


def until(true: Callable[[], object]) -> None:
    ends = time.monotonic() + 60
    while not true():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.05)


KILLED = """
import sys, time
from datetime import datetime, timedelta, UTC
from pathlib import Path
from countynet.db import open_database
from countynet.settings import Settings
from monitoring.notices.sender import Sender
settings = Settings(county=Path(sys.argv[1]), language="en")
sender = Sender(settings, open_database(settings))
now = datetime.now(UTC)
sender.step(now)
sender.step(now + timedelta(seconds=6))
time.sleep(600)
"""


def test_a_killed_sender_leaves_nothing_that_is_sent_twice(settings: Settings) -> None:
    with servers.smtp() as box:
        box.mute = True
        rules(settings, box)
        engine = open_database(settings)
        opened(engine, 1)
        process = subprocess.Popen([sys.executable, "-c", KILLED, str(settings.county)])
        try:
            until(lambda: box.mails)
        finally:
            os.kill(process.pid, signal.SIGKILL)
            process.wait(60)
        assert states(engine) == ["1 opened duty sending"]
        box.mute = False
        hours = Hours(settings)
        for _round in range(5):
            hours.later(minutes=30)
        assert states(engine) == ["1 opened duty doubtful"]
        assert len(box.mails) == 1
        closed(engine, 1)
        hours.round()
    assert [letter["Subject"].split()[1] for letter in box.mails] == ["major:", "Over:"]


def test_acknowledging_keeps_the_chief_asleep_until_it_runs_out(settings: Settings) -> None:
    with servers.smtp() as box:
        rules(settings, box)
        file = settings.county / "monitoring" / "notices.yml"
        file.write_text(file.read_text().replace("{to: [duty]}", "{to: [duty]}, {to: [group], after: 30}"))
        hours = Hours(settings)
        opened(hours.engine, 1)
        hours.round()
        end = hours.now + timedelta(days=5)
        notes.acknowledge(hours.engine, 1, end, "on my way", "operator")
        hours.later(days=4)
        assert states(hours.engine) == ["1 opened duty sent"]
        hours.later(days=20)
    assert states(hours.engine) == ["1 opened duty sent", "1 escalated-1 group queued"]


def test_without_rules_nobody_is_told_and_nothing_piles_up(settings: Settings) -> None:
    hours = Hours(settings)
    opened(hours.engine, 1)
    hours.round()
    with reading(hours.engine) as session:
        assert not store.orders(session)
    assert states(hours.engine) == []


def test_every_unit_of_an_outage_is_texted_once_at_its_officers_number(tmp_path: Path) -> None:
    settings = Settings(county=county_folder(tmp_path / "county"), language="zh_CN")
    with servers.http() as web:
        gateway = f'{{name: sms, kind: sms, url: "{web.url("/send")}", body: "to={{to}}&text={{text}}"}}'
        rules = settings.county / "monitoring"
        rules.mkdir(exist_ok=True)
        (rules / "notices.yml").write_text(f"channels:\n- {gateway}\n")
        (rules / "faults.yml").write_text("notices:\n- {channel: sms}\n")
        engine = open_database(settings)
        units = [unit for unit in load_county(settings.county).units if unit.officer][:8]
        for unit in units:
            Faults(engine).report(unit.id, f"断网 {unit.id}", "", "", Actor(unit.id, Role.UNIT, unit.id))
        for _life in range(2):  # a sender that was started again tells nothing twice
            teller = Teller(settings, engine)
            for _second in range(3):
                teller.step(datetime.now(UTC))
                teller.wait(60)
        told = {form["to"][0]: form["text"][0] for form in (parse_qs(one.body) for one in web.posted)}
        assert len(web.posted) == len(units)
        for unit in units:
            assert unit.officer is not None
            text = told["".join(filter(str.isdigit, unit.officer.telephone))]
            assert f"{unit.name}：已收到贵单位报障（断网 {unit.id}）" in text
        engine.dispose()
