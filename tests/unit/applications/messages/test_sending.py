"""The queue: whose turn it is, what is in doubt, what expires, what reports say, and what is forgotten."""

import json
from pathlib import Path

import pytest

from applications.messages import accept, kannel, reports, send, serve
from applications.messages.accept import Asked
from applications.messages.store import DELIVERED, DOUBTFUL, EXPIRED, QUEUED, REFUSED, SENT, UNDELIVERED
from tests.unit.applications.messages.samples import NOON, Gateway


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(tmp_path)


def ask(gateway: Gateway, sender: str, number: int, at: float = NOON, words: str = "x") -> str:
    found = gateway.config.sender(sender)
    assert found
    return accept.accept(gateway.database, gateway.config, found, Asked(f"138{number:08d}", words), at).id


def state(gateway: Gateway, message: str) -> str:
    with gateway.database.opened() as connection:
        return str(connection.execute("SELECT state FROM message WHERE id = ?", (message,)).fetchone()["state"])


def outcome(gateway: Gateway, monkeypatch: pytest.MonkeyPatch, error: Exception | None, at: float = NOON) -> bool:
    def answer(_kannel: object, _part: kannel.Part) -> str:
        if error:
            raise error
        return "0: Accepted for delivery"

    monkeypatch.setattr(kannel, "send", answer)
    monkeypatch.setattr(kannel, "standing", lambda _kannel: kannel.Standing(True, (("operator", "online 5s"),)))
    return gateway.sending.step(at)


def test_urgent_ones_go_first_and_the_others_in_turn(tmp_path: Path) -> None:
    from dataclasses import replace

    gateway = Gateway(tmp_path)
    more = replace(gateway.config.senders[1], id="desk")
    gateway.config = replace(gateway.config, senders=(*gateway.config.senders, more))
    for number in range(3):
        ask(gateway, "sites", number)
    ask(gateway, "desk", 10, NOON + 1)
    ask(gateway, "notices", 20, NOON + 2)
    turns = [due.to[-2:] for due in iter(lambda: send.take(gateway.database, NOON + 9), None)]
    assert turns == ["20", "00", "10", "01", "02"]


def test_what_kannel_certainly_has_not_is_offered_again_and_what_it_may_have_is_not(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = ask(gateway, "notices", 1)
    assert outcome(gateway, monkeypatch, kannel.NotTakenError("Connection refused"))
    assert state(gateway, message) == QUEUED
    assert send.take(gateway.database, NOON) is None, "not before some seconds are over"
    import time

    later = time.time() + 6
    with gateway.database.changing() as connection:
        connection.execute("UPDATE message SET expires = ?", (later + 100,))
    assert outcome(gateway, monkeypatch, kannel.InDoubtError("TimeoutError"), later)
    assert state(gateway, message) == DOUBTFUL
    assert not outcome(gateway, monkeypatch, None, later + 60)
    assert send.again(gateway.database, message, "amy", later, 86400) == 1
    assert outcome(gateway, monkeypatch, kannel.NotTakenError("HTTP 403", forever=True), later + 70)
    assert state(gateway, message) == REFUSED


def test_nothing_is_given_to_kannel_while_no_operator_is_online_and_it_expires_here(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = ask(gateway, "notices", 1)
    monkeypatch.setattr(kannel, "standing", lambda _kannel: kannel.Standing(True, (("operator", "re-connecting"),)))
    monkeypatch.setattr(kannel, "send", lambda *_: pytest.fail("it was given to Kannel"))
    assert not gateway.sending.step(NOON)
    assert state(gateway, message) == QUEUED
    assert not gateway.sending.step(NOON + 86400)
    assert state(gateway, message) == EXPIRED


def test_what_was_under_way_when_the_service_ended_is_in_doubt_until_a_report_settles_it(gateway: Gateway) -> None:
    message = ask(gateway, "notices", 1)
    assert send.take(gateway.database, NOON)
    assert send.doubt(gateway.database, ("sending",), "restart", NOON) == 1
    assert state(gateway, message) == DOUBTFUL
    assert reports.report(gateway.database, message, 1, 1, NOON)
    assert state(gateway, message) == DELIVERED
    assert not reports.report(gateway.database, message, 1, 8, NOON), "an older report comes late"
    assert not reports.report(gateway.database, message, 1, 4, NOON)


def test_a_message_stands_where_its_worst_part_stands(gateway: Gateway) -> None:
    message = ask(gateway, "notices", 1, words="停" * 140)
    seen = []
    for part, kind in ((1, 8), (2, 8), (3, 8), (1, 1), (3, 2)):
        reports.report(gateway.database, message, part, kind, NOON)
        seen.append(state(gateway, message))
    assert seen == [QUEUED, QUEUED, SENT, SENT, UNDELIVERED]


def test_texts_are_forgotten_first_and_messages_later_but_nothing_that_waits(gateway: Gateway) -> None:
    old, waits = ask(gateway, "sites", 1), ask(gateway, "sites", 2)
    reports.report(gateway.database, old, 1, 1, NOON)
    assert reports.forget(gateway.database, gateway.config, NOON + 31 * 86400) == (1, 0)
    with gateway.database.opened() as connection:
        texts = [
            tuple(r) for r in connection.execute("SELECT m.text, p.text FROM message m JOIN part p ON id = message")
        ]
    assert sorted(texts, key=str) == [("x", "x"), (None, None)]
    assert reports.forget(gateway.database, gateway.config, NOON + 401 * 86400) == (0, 1)
    assert state(gateway, waits) == QUEUED


def test_a_restored_queue_is_in_doubt_as_it_may_have_been_sent_since(tmp_path: Path, gateway: Gateway) -> None:
    message, done = ask(gateway, "sites", 1), ask(gateway, "sites", 2)
    reports.report(gateway.database, done, 1, 1, NOON)
    copy = tmp_path / "copy.db"
    serve.dump(gateway.config, copy)
    ask(gateway, "sites", 3)
    assert serve.put_back(gateway.config, copy) == 1
    assert (state(gateway, message), state(gateway, done)) == (DOUBTFUL, DELIVERED)
    assert send.take(gateway.database, NOON + 9) is None


def test_kannels_status_is_read_and_nonsense_says_that_it_does_not_run() -> None:
    document = """<gateway><sms><storesize>7</storesize></sms><smscs><smsc><name>SMPP:x</name><id>operator</id>
    <status>online 4s</status></smsc><smsc><name>b</name><status>re-connecting</status></smsc></smscs></gateway>"""
    found = kannel.read_status(document)
    assert (found.online, found.waiting) == (True, 7)
    assert found.operators == (("operator", "online 4s"), ("b", "re-connecting"))
    assert not kannel.read_status("Denied").runs


def test_every_mistake_of_the_configuration_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "messages.json"
    said = {
        "database": "x", "master": "short", "kannel": {"password": "a", "status_password": "b"}, "allowed": ["86"],
        "senders": [{"id": "a b", "title": "t", "title_en": "t"}], "people": [{"name": "x", "role": "king"}],
    }  # fmt: skip
    file.write_text(json.dumps(said))
    assert serve.main(["serve", str(file)]) == 2
    words = capsys.readouterr().err
    assert all(word in words for word in ("'a b'", "'king'", "'86'", "master"))
    file.write_text(json.dumps(said | {"ports": 1, "port": "much", "utc_offset": "1.5", "secure": "false"}))
    assert serve.main(["serve", str(file)]) == 2
    words = capsys.readouterr().err
    assert "there is no ports" in words
    assert "'much'" in words
    assert "'1.5'" in words
    assert "secure" not in words, "an inventory writes what is true or a number as text"
