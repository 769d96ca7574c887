"""The message gateway on a host of its own: deployed from nothing, real Kannel, an operator that speaks SMPP.

A notice of countynet arrives at the operator; a person looks at the log in Chromium; a restart and an operator that is
away lose nothing and send nothing twice; backup, loss, restore with data equal.
"""

import json
import os
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from applications.messages.config import person_key, sender_key
from countynet import clock
from countynet.db import open_database, transaction
from countynet.secrets import Secrets
from countynet.vocabulary import Severity
from monitoring.alarms.service import Trouble, open_alarm
from monitoring.notices.sender import Sender
from tests.applications.bench import GATEWAY, UNIT, Bench, lone_host
from tests.applications.lifecycle import restore
from tests.applications.removal import taken_away
from tests.applications.smsc import Operator, reachable

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a server host needs root")
SETTINGS = {
    "signature": "【清岚县】",
    "number": "10690000",
    "per_second": 50,
    "operators": [{"id": "telecom", "host": GATEWAY, "login": "county", "per_second": 50}],
    "senders": [
        {"id": "notices", "title": "告警通知", "title_en": "Notices", "urgent": True},
        {"id": "sites", "title": "网站群", "title_en": "Sites", "per_day": 2},
    ],
    "people": [{"name": "amy", "role": "send"}, {"name": "bob", "role": "look"}],
}
NOTICES = """
channels:
  - {name: gateway, kind: sms, url: "https://messages.qinglan.internal/messages", address: 10.1.0.30,
     authorities: certificates/messages.pem, secret: notices/messages-key, content: json,
     body: '{"to": "{to}", "text": "{text}", "key": "{secret}", "id": "{id}"}', accepted: '"id"'}
recipients:
  - {name: duty, channel: gateway, to: ["13800001111"], digest: 0}
rules:
  - {name: all, steps: [{to: [duty]}]}
"""


def eventually(condition: Callable[[], object], seconds: float = 60.0) -> None:
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it did not come true"
        time.sleep(0.2)


@pytest.fixture(scope="module")
def operator() -> Iterator[Operator]:
    with reachable() as found:
        yield found


@pytest.fixture(scope="module")
def bench(operator: Operator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with lone_host("messages", tmp_path_factory.mktemp("messages"), {"settings": SETTINGS}) as found:
        found.keep("applications/messages/operator-password", "geheim77")
        first = found.deploy()
        assert first.good, found.why(first)
        yield found


def master(bench: Bench) -> str:
    return Secrets.load(bench.settings).get("applications/messages/keys").get_secret_value()


def ask(bench: Bench, sender: str, source: str = UNIT, **message: str) -> tuple[int, Any]:
    """POST a message over HTTPS as a machine does, from somebody's address."""
    body = json.dumps({"to": "13800001111", **message}).encode()
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    head = (
        f"POST /messages HTTP/1.1\r\nHost: {bench.dns}\r\nConnection: close\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {sender_key(master(bench), sender)}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with (
        socket.create_connection((bench.address, 443), 10, (source, 0)) as plain,
        context.wrap_socket(plain, server_hostname=bench.dns) as link,
    ):
        link.settimeout(60)
        link.sendall(head.encode() + body)
        answer = b"".join(iter(lambda: link.recv(65536), b""))
    head_, _gap, text = answer.partition(b"\r\n\r\n")
    return int(head_.split()[1]), json.loads(text)


def asked(bench: Bench, script: str) -> str:
    """Run Python on the host with the gateway's database open as `db`; returns what it prints."""
    opened = "import sqlite3\ndb = sqlite3.connect('/var/lib/countynet/messages/live/messages.db')\n"
    return bench.exec(f"/opt/countynet/messages/venv/bin/python - <<'END'\n{opened}{script}\nEND\n").strip()


def state(bench: Bench, name: str) -> str:
    return asked(bench, f"print(*db.execute('SELECT state FROM message WHERE id = ?', ('{name}',)).fetchone() or ())")


def test_a_second_deploy_changes_nothing_and_only_the_allowed_reach_it(bench: Bench) -> None:
    second = bench.deploy()
    assert second.good, bench.why(second)
    assert sum(host.changed for host in second.hosts) == 0, bench.changes(second)
    assert bench.get("/health") == (200, '{"online":true,"state":"ok","waiting":0}\n')
    assert bench.get("/reports/a/1/b/8")[0] == 404
    assert bench.get("/log")[0] == 401
    assert not bench.reaches(bench.stranger)
    assert not any(bench.reaches(bench.unit, port) for port in (8009, 13000, 13001, 13013))


def test_a_long_chinese_text_is_whole_on_the_telephone_once(bench: Bench, operator: Operator) -> None:
    text = "䶮塅村网络中断𠮷😀，请检查。" * 12
    status, taken = ask(bench, "notices", to="139-0000-2222", text=text, id="long")
    assert (status, taken["parts"]) == (202, 3)
    assert ask(bench, "notices", to="13900002222", text=text, id="long")[0] == 200
    eventually(lambda: state(bench, taken["id"]) == "delivered")
    assert operator.texts()["+8613900002222"] == ["【清岚县】" + text]
    assert operator.logins[-1] == ("county", "geheim77")


@pytest.mark.parametrize("size", [160 - 0, 153 * 2, 153 * 2 + 1])
def test_parts_are_counted_as_the_operator_counts_them(bench: Bench, operator: Operator, size: int) -> None:
    text = ("[€]ab" * 100)[:size]
    _status, taken = ask(bench, "notices", to=f"1370000{size:04d}", text=text)
    eventually(lambda: state(bench, taken["id"]) == "delivered")
    shorts = [short for short in operator.got if short.to.endswith(f"0000{size:04d}")]
    assert len(shorts) == taken["parts"]
    assert operator.texts()[shorts[0].to] == ["【清岚县】" + text]


def test_refused_and_undelivered_are_told_and_quotas_hold(bench: Bench) -> None:
    refused, away = ask(bench, "notices", to="13000001111", text="a"), ask(bench, "notices", to="13111112222", text="a")
    eventually(lambda: (state(bench, refused[1]["id"]), state(bench, away[1]["id"])) == ("refused", "undelivered"))
    answers = [ask(bench, "sites", to=f"1360000000{n}", text="通知") for n in range(3)]
    assert [status for status, _said in answers] == [202, 202, 429]
    assert answers[2][1]["errors"][0]["zh"] == "今日限额 2 条，剩余 0 条，不够发送"


def test_a_notice_of_an_alarm_arrives_at_the_operator(bench: Bench, operator: Operator) -> None:
    settings = bench.settings
    bench.keep("notices/messages-key", sender_key(master(bench), "notices"))
    for name, text in (
        ("monitoring/notices.yml", NOTICES),
        ("certificates/messages.pem", bench.exec("cat /etc/countynet/messages/certificate.pem")),
    ):
        file = settings.county / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    engine = open_database(settings)
    with transaction(engine) as session:
        trouble = Trouble("a:1", Severity.CRITICAL, "cpe-001", "Device {device} does not answer", {"device": "cpe-001"})
        open_alarm(session, trouble, "test")
    sender = Sender(settings, engine)
    eventually(lambda: sender.step(clock.now()))
    sender.wait()
    eventually(lambda: any("cpe-001" in text for text in operator.texts().get("+8613800001111", [])))
    assert len(operator.texts()["+8613800001111"]) == 1


def test_an_operator_that_is_away_and_a_restart_lose_nothing_and_double_nothing(
    bench: Bench, operator: Operator
) -> None:
    operator.cut()
    eventually(lambda: '"online":false' in bench.get("/health")[1])
    taken = [ask(bench, "notices", to=f"1350000000{n}", text=f"第{n}条")[1]["id"] for n in range(3)]
    bench.exec("supervisorctl restart messages-web messages-bearerbox messages-smsbox")
    operator.mend()
    eventually(lambda: [state(bench, name) for name in taken] == ["delivered"] * 3)
    shown = [operator.texts()[f"+861350000000{n}"] for n in range(3)]
    assert shown == [[f"【清岚县】第{n}条"] for n in range(3)]


def test_reports_of_a_gateway_that_starts_anew_are_told_again(bench: Bench, operator: Operator) -> None:
    operator.holds = True
    name = ask(bench, "notices", to="13500000009", text="a" * 200)[1]["id"]
    eventually(lambda: state(bench, name) == "sent")
    bench.exec("supervisorctl stop messages-web")
    last = operator.let_go()
    eventually(lambda: last in operator.taken)
    time.sleep(2)  # Kannel has told what it was told, and found nobody
    assert state(bench, name) == "sent"
    bench.exec("supervisorctl start messages-web")
    eventually(lambda: state(bench, name) == "delivered")


def test_no_log_holds_a_text_a_key_or_a_password(bench: Bench) -> None:
    vault = Secrets.load(bench.settings)
    names = [n for n in vault.names() if n.startswith("applications/messages/")]
    words = [vault.get(name).get_secret_value() for name in names] + [
        "网络中断",
        "第1条",
        sender_key(master(bench), "notices"),
    ]
    logs = bench.exec("cat /var/log/countynet/messages/*")
    assert "messages INFO serving" in logs
    assert not [word for word in words if word in logs]
    assert "geheim77" not in bench.exec("ps axww -o args")


def test_a_person_reads_the_log_in_chromium_and_another_sees_it_masked(bench: Bench) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(args=bench.browser_options, executable_path=chromium())
        try:
            for name, seen, hidden in (("amy", "网络中断", "••••"), ("bob", "••••", "网络中断")):
                context = browser.new_context(
                    ignore_https_errors=True, locale="zh-CN", viewport={"width": 320, "height": 700}
                )
                page = context.new_page()
                page.goto(bench.url)
                page.fill("input[name=key]", person_key(master(bench), name))
                with page.expect_navigation():
                    page.click("main button")
                assert "运营商通道正常" in page.inner_text("main")
                page.goto(f"{bench.url}/log?number=2222")
                assert seen in page.inner_text("main")
                assert hidden not in page.inner_text("main")
                assert page.evaluate("document.documentElement.scrollWidth") <= 320
                context.close()
        finally:
            browser.close()


def chromium() -> str:
    return next(path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists())


def rows(bench: Bench) -> str:
    """Return everything that the gateway knows, as text."""
    return asked(bench, "print('\\n'.join(db.iterdump()))")


def test_what_was_lost_is_restored_equal_and_a_queue_of_then_is_in_doubt(bench: Bench, operator: Operator) -> None:
    operator.cut()
    eventually(lambda: '"online":false' in bench.get("/health")[1])
    waiting = ask(bench, "notices", to="13400000000", text="等待")[1]["id"]
    before = rows(bench)
    saved = bench.backup()
    assert saved.good, bench.why(saved)
    operator.mend()
    eventually(lambda: state(bench, waiting) == "delivered")
    bench.exec("supervisorctl stop messages-web; rm -rf /var/lib/countynet/messages")
    restore(bench)
    assert any("in doubt: 1" in heard.words for heard in bench.said)
    assert state(bench, waiting) in ("doubtful", "delivered"), "Kannel may tell again that it was delivered"
    assert differing(before, rows(bench)) == {"message": 1, "part": 1}
    eventually(lambda: bench.get("/health")[0] == 200)
    assert len(operator.texts()["+8613400000000"]) == 1


def test_taken_away_its_log_stays_and_nobody_sends(bench: Bench) -> None:
    taken_away(bench)
    assert bench.exec("find /var/lib/countynet/messages/live -name messages.db -size +0").strip() != ""


def differing(before: str, after: str) -> dict[str, int]:
    """Return how many rows of each table are other ones."""
    gone = set(before.splitlines()) - set(after.splitlines())
    return {table: sum(f'INTO "{table}"' in row for row in gone) for table in ("message", "part")}
