"""The API of applications: taken once, refused with everything that is wrong, quotas that cannot be overdrawn."""

import threading
from pathlib import Path

import pytest

from applications.messages import accept
from applications.messages.accept import Asked, RefusedError
from applications.messages.send import report_token
from tests.unit.applications.messages.samples import NOON, Gateway


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(tmp_path)


def errors(answer: tuple[int, dict[str, list[dict[str, str]]]]) -> tuple[int, list[str]]:
    status, document = answer
    assert all(error["zh"] and error["en"] for error in document["errors"])
    return status, [error["field"] for error in document["errors"]]


def test_a_repeated_call_sends_once_and_another_text_under_its_id_is_refused(gateway: Gateway) -> None:
    first, again, other = gateway.post(id="n-1"), gateway.post(id="n-1"), gateway.post(id="n-1", text="别的")
    assert (first[0], again[0]) == (202, 200)
    assert (first[1]["id"], first[1]["left"]) == (again[1]["id"], again[1]["left"])
    assert errors(other) == (409, ["id"])
    assert gateway.post("sites", id="n-1")[0] == 202, "ids are each application's own"


def test_everything_that_is_wrong_is_said_at_once(gateway: Gateway) -> None:
    wrong = gateway.post(to="022-8888", text="停" * 500, id="x" * 101, valid_minutes=0)
    assert errors(wrong) == (400, ["to", "text", "id", "valid_minutes"])
    assert errors(gateway.post(text="a\x07"))[0] == 400
    assert errors(gateway.post(text="付款\u202e给谁"))[0] == 400
    assert errors(gateway.post(text=" \n"))[0] == 400
    assert errors(gateway.post(texts="x")) == (400, ["texts"])
    assert errors(gateway.post(to=13800001111))[0] == 400


def test_nobody_without_a_key_and_no_number_outside_the_rules(gateway: Gateway) -> None:
    assert gateway.client.post("/messages", json={"to": "13800001111", "text": "x", "key": "no"}).status_code == 401
    assert gateway.client.post("/messages", data="nonsense").status_code == 401
    assert errors(gateway.post(to="+4915112345678")) == (403, ["to"])
    assert errors(gateway.post("sites", to="13900001111")) == (403, ["to"])


def test_quotas_count_parts_by_the_countys_day_and_month(gateway: Gateway) -> None:
    sender = gateway.config.senders[0]

    def ask(at: float, number: int) -> None:
        accept.accept(gateway.database, gateway.config, sender, Asked(f"138{number:08d}", "停" * 71), at)

    for number in range(5):
        ask(NOON, number)
    with pytest.raises(RefusedError) as full:
        ask(NOON, 5)
    assert (full.value.status, [w.message for w in full.value.wrong]) == (429, ["day-full"])
    evening = NOON + 12 * 3600 - 1
    with pytest.raises(RefusedError):
        ask(evening, 5)
    ask(evening + 1, 5)
    with pytest.raises(RefusedError) as month:
        ask(evening + 1, 6)
    assert [w.message for w in month.value.wrong] == ["month-full"]
    ask(NOON + 5 * 86400, 6)


def test_a_quota_is_not_overdrawn_by_calls_at_once(gateway: Gateway) -> None:
    taken = list[str]()

    def ask(number: int) -> None:
        try:
            asked = Asked(f"138{number:08d}", "x")
            taken.append(accept.accept(gateway.database, gateway.config, gateway.config.senders[0], asked, NOON).id)
        except RefusedError:
            return

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 10


def test_one_telephone_is_not_flooded(tmp_path: Path) -> None:
    gateway = Gateway(tmp_path, per_number_day=2)
    assert [gateway.post("sites")[0] for _ in range(3)] == [202, 202, 429]


def test_an_application_sees_its_own_messages_alone_and_its_quota(gateway: Gateway) -> None:
    name = gateway.post()[1]["id"]
    mine = gateway.client.get(f"/messages/{name}", headers=bearer(gateway, "notices"))
    other = gateway.client.get(f"/messages/{name}", headers=bearer(gateway, "sites"))
    quota = gateway.client.get("/quota", headers=bearer(gateway, "notices"))
    assert (mine.status_code, mine.json["state"] if mine.json else "") == (200, "queued")
    assert other.status_code == 404
    assert quota.json == {"day": {"left": 9, "most": 10}, "month": {"left": 11, "most": 12}}


def test_a_report_needs_its_own_token(gateway: Gateway) -> None:
    name = gateway.post()[1]["id"]
    token = report_token(gateway.config, name, 1)
    assert gateway.client.get(f"/reports/{name}/2/{token}/1").status_code == 404
    assert gateway.client.get(f"/reports/{name}/1/{token}/8").status_code == 200
    found = gateway.client.get(f"/messages/{name}", headers=bearer(gateway, "notices")).json
    assert found is not None
    assert found["state"] == "sent"


def bearer(gateway: Gateway, sender: str) -> dict[str, str]:
    from applications.messages.config import sender_key

    return {"Authorization": f"bearer {sender_key(gateway.config.master, sender)}"}
