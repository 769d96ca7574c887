"""Notifications: decoded as net-snmp sends them, refused when forged, old or repeated, and bounded in a storm."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from monitoring.receive.traps.clocks import LAST_BOOT, Clocks, Judgement
from monitoring.receive.traps.engines import Engines, key
from monitoring.receive.traps.envelope import Envelope, Opened, Refused, Report, Self, sealed
from monitoring.receive.traps.intake import MOST_KEPT, MOST_OF_ONE, MOST_OTHER, Intake
from monitoring.receive.traps.kinds import kinds
from monitoring.receive.traps.notification import Notification, answer, community_message, decode
from monitoring.snmp import message, usm
from monitoring.snmp.ber import OCTETS, OID, Malformed, encode, integer, oid, read_octets, sequence
from monitoring.snmp.seam import Answer, Target
from tests.unit.monitoring.receive.recorded import BOOTS, ENGINE, LINK_DOWN, TIME, V1, V1_SPECIFIC, V2C, V3

USER = usm.Credentials("countynet", SecretStr("auth-password-1"), SecretStr("priv-password-1"))
OWN = bytes.fromhex("8000000005aabbccdd")
CORE = key(ENGINE, "core-1")
NOW = 1_000_000.0


def envelope(clocks: Clocks | None = None, ours: float = 500.0) -> "Opening":
    return Opening({b"countynet": USER}, clocks or Clocks(), Self(OWN, 7, lambda: ours))


class Opening(Envelope):
    """An envelope that takes every message for core-1's."""

    def open(self, data: bytes, now: float, whose: Callable[[bytes], str] = lambda engine: "core-1") -> Opened:
        return super().open(data, now, whose)


def notification(tag: int, trap: str, uptime: int = 5, request_id: int = 9) -> bytes:
    bound = sequence(
        sequence(encode(OID, oid("1.3.6.1.2.1.1.3.0")), encode(0x43, uptime.to_bytes(4, "big"))),
        sequence(encode(OID, oid("1.3.6.1.6.3.1.1.4.1.0")), encode(OID, oid(trap))),
    )
    return encode(tag, integer(request_id) + integer(0) + integer(0) + bound)


def scoped(tag: int) -> bytes:
    """What a message carries: a context that is the sender's, and a notification."""
    return encode(OCTETS, b"the sender's") + encode(OCTETS, b"") + notification(tag, LINK_DOWN)


def sent(
    boots: int, time: int, engine: bytes = ENGINE, tag: int = 0xA7, flags: int = 3, auth: str = "SHA-256"
) -> bytes:
    keys = usm.keys_for(replace(USER, auth=auth), engine)
    stamp = message.Stamp(engine, boots, time)
    return sealed(stamp, 1, b"countynet", keys, flags, random.randbytes(8), scoped(tag))


def test_a_trap_of_version_2_says_which_port_went_down() -> None:
    version, community, at = community_message(V2C)
    told = decode(V2C, at)
    assert (version, community, told.trap, told.uptime, told.inform) == (1, b"public", LINK_DOWN, 123456, False)
    assert told.values == (("1.3.6.1.2.1.2.2.1.1.5", 5), ("1.3.6.1.2.1.31.1.1.1.1.5", b"x-core2"))


def test_a_trap_of_version_1_gets_the_name_that_version_2_gives_it() -> None:
    assert decode(V1, community_message(V1)[2]).trap == LINK_DOWN
    assert decode(V1_SPECIFIC, community_message(V1_SPECIFIC)[2]).trap == "1.3.6.1.4.1.2011.5.0.17"


@pytest.mark.parametrize("auth", V3)
def test_every_hash_of_net_snmp_is_opened_with_one_password(auth: str) -> None:
    opened = envelope().open(bytes.fromhex(V3[auth]), NOW)
    assert (opened.device, opened.told.trap, opened.judgement) == ("core-1", LINK_DOWN, Judgement.NEW)
    assert opened.told.values == (("1.3.6.1.2.1.2.2.1.1.5", 5),)


def test_the_same_message_again_is_a_repetition() -> None:
    opens = envelope()
    opens.open(bytes.fromhex(V3["SHA-256"]), NOW)
    with pytest.raises(Refused, match="repetition"):
        opens.open(bytes.fromhex(V3["SHA-256"]), NOW + 100)


def test_a_recorded_message_is_refused_once_its_time_is_past() -> None:
    clocks = Clocks()
    clocks.learn(CORE, BOOTS, TIME + 200, NOW)
    with pytest.raises(Refused, match="older than the time window"):
        envelope(clocks).open(bytes.fromhex(V3["SHA-256"]), NOW)


def test_a_message_of_an_earlier_start_is_refused_however_late_its_time() -> None:
    clocks = Clocks()
    clocks.learn(CORE, BOOTS + 1, 3, NOW)
    with pytest.raises(Refused, match="older than the time window"):
        envelope(clocks).open(bytes.fromhex(V3["SHA-512"]), NOW)


def test_what_is_a_little_late_is_let_in_and_a_restart_moves_the_clock() -> None:
    clocks = Clocks()
    clocks.learn(CORE, 4, 1000, NOW)
    opens = envelope(clocks)
    assert opens.open(sent(4, 860), NOW).judgement is Judgement.FRESH
    assert opens.open(sent(5, 1), NOW + 1).judgement is Judgement.FRESH
    with pytest.raises(Refused):
        opens.open(sent(4, 1002), NOW + 2)


def test_a_poll_is_believed_over_a_message() -> None:
    clocks = Clocks()
    clocks.learn(CORE, 9, 50, NOW)
    clocks.learn(CORE, 1, 10, NOW + 1)
    assert envelope(clocks).open(sent(1, 12), NOW + 3).judgement is Judgement.FRESH


def test_an_engine_at_its_last_boot_is_not_believed() -> None:
    assert Clocks().judge(ENGINE, LAST_BOOT, 0, b"m", NOW) is Judgement.OLD


def test_clocks_survive_a_restart_and_count_on_meanwhile() -> None:
    clocks = Clocks()
    clocks.learn(CORE, 3, 1000, NOW)
    again = Clocks.of(clocks.document())
    assert again.judge(CORE, 3, 1000, b"a", NOW + 149) is Judgement.FRESH
    assert again.judge(CORE, 3, 1000, b"b", NOW + 400) is Judgement.OLD


def test_forged_and_unauthenticated_messages_are_refused_by_their_reason() -> None:
    opens = envelope()
    forged = bytearray(bytes.fromhex(V3["SHA-256"]))
    forged[-1] ^= 1
    stranger = replace(USER, auth_password=SecretStr("another-password"))
    keys = usm.keys_for(stranger, ENGINE)
    other = sealed(message.Stamp(ENGINE, 1, 1), 1, b"countynet", keys, 3, b"12345678", scoped(0xA7))
    clear = sealed(message.Stamp(ENGINE, 1, 1), 1, b"countynet", None, 0, b"", scoped(0xA7))
    unknown = sealed(message.Stamp(ENGINE, 1, 1), 1, b"root", keys, 3, b"12345678", scoped(0xA7))
    for data, reason in (
        (bytes(forged), "authentication code"),
        (other, "authentication code"),
        (clear, "not authenticated"),
        (unknown, "unknown user"),
    ):
        with pytest.raises(Refused, match=reason):
            opens.open(data, NOW)


def test_an_inform_is_answered_with_its_own_variables() -> None:
    opens = envelope()
    opened = opens.open(sent(7, 480, OWN, 0xA6), NOW)
    assert opened.told.inform
    head = message.header(opened.reply)
    keys = usm.keys_for(USER, OWN)
    assert message.authentic(opened.reply, head, keys)
    pdu = message.payload(opened.reply, head, keys)
    assert (pdu.tag, pdu.request_id, pdu.error_status, len(pdu.varbinds)) == (0xA2, 9, 0, 2)
    clear = usm.decrypt(keys, head.boots, head.time, head.salt, read_octets(opened.reply, head.payload_at)[0])
    assert b"the sender's" in clear
    assert opens.open(sent(7, 481, OWN, 0xA6), NOW).judgement is Judgement.REPEATED


def test_who_does_not_know_our_engine_or_its_clock_is_told() -> None:
    opens = envelope()
    with pytest.raises(Report) as first:
        opens.open(message.discovery(3, 4), NOW)
    told = message.header(first.value.reply)
    assert (told.engine_id, told.boots, told.time) == (OWN, 7, 500)
    assert message.payload(first.value.reply, told, None).varbinds[0].name == oid("1.3.6.1.6.3.15.1.1.4.0")
    for boots, time in ((0, 0), (7, 100), (6, 500)):
        with pytest.raises(Report) as second:
            opens.open(sent(boots, time, OWN, 0xA6), NOW)
        head = message.header(second.value.reply)
        assert message.authentic(second.value.reply, head, usm.keys_for(USER, OWN))


def test_nothing_that_arrives_raises_anything_but_what_is_counted() -> None:
    chance = random.Random(6)
    good = [V1, V2C, *(bytes.fromhex(text) for text in V3.values())]
    for _turn in range(3000):
        data = bytearray(chance.choice(good))
        for _change in range(chance.randrange(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        whole = bytes(data[: chance.randrange(1, len(data) + 1)])
        for take in (lambda d: envelope().open(d, NOW), lambda d: decode(d, community_message(d)[2])):
            try:
                take(whole)
            except (Malformed, Report):
                continue


def told(trap: str, port: int) -> Notification:
    return Notification(trap, 1, ((f"1.3.6.1.2.1.2.2.1.1.{port}", port),))


def test_a_storm_keeps_what_matters_and_counts_the_rest() -> None:
    intake = Intake(kinds())
    for number in range(20_000):
        intake.take(f"d{number % 130}", told(f"1.3.6.1.4.1.9.0.{number}", 0), NOW)
    for port in range(100):
        for device in range(40):
            assert intake.take(f"d{device}", told(LINK_DOWN, port), NOW)
    entries = intake.drain()
    kept = Counter(entry.device for entry in entries if entry.kept)
    assert kept == {f"d{device}": 100 for device in range(40)}
    assert len(entries) - 4000 <= MOST_OTHER
    assert sum(e.count for e in entries if not e.kept) + sum(intake.dropped.values()) == 20_000


def test_a_flapping_port_is_one_entry_that_counts() -> None:
    intake = Intake(kinds())
    for _turn in range(1000):
        intake.take("agg-1", told(LINK_DOWN, 7), NOW)
    (entry,) = intake.drain()
    assert (entry.part, entry.count, entry.kept) == ("7", 1000, True)


def test_one_mad_device_cannot_fill_everything() -> None:
    intake = Intake(kinds())
    for number in range(MOST_KEPT):
        intake.take("mad", told(LINK_DOWN, number), NOW)
    assert intake.take("core-1", told(LINK_DOWN, 1), NOW)
    assert Counter(e.device for e in intake.drain()) == {"mad": MOST_OF_ONE, "core-1": 1}
    assert intake.dropped == {"mad": MOST_KEPT - MOST_OF_ONE}


def test_what_matters_takes_the_place_of_what_does_not() -> None:
    intake = Intake(kinds())
    for number in range(MOST_OF_ONE):
        intake.take("d", told(f"1.3.6.1.4.1.9.0.{number}", 0), NOW)
    intake.take("d", told(LINK_DOWN, 1), NOW)
    assert [e.trap for e in intake.drain()][0] == LINK_DOWN
    assert intake.dropped == {"d": 1}


def test_what_could_not_be_written_comes_back() -> None:
    intake = Intake(kinds())
    intake.take("d", told(LINK_DOWN, 1), NOW)
    lost = intake.drain()
    intake.take("d", told(LINK_DOWN, 1), NOW + 1)
    intake.give_back(lost)
    (entry,) = intake.drain()
    assert (entry.count, entry.first, entry.last) == (2, NOW, NOW + 1)


def test_the_answer_to_an_inform_is_a_response() -> None:
    data = notification(0xA6, LINK_DOWN)
    assert answer(decode(data))[0] == 0xA2


def test_devices_with_a_copied_engine_id_have_clocks_of_their_own(tmp_path: Path) -> None:
    engines = Engines(tmp_path, Clocks())
    columns = dict(zip(("1.3.6.1.6.3.10.2.1.1", "1.3.6.1.6.3.10.2.1.2", "1.3.6.1.6.3.10.2.1.3"), range(3), strict=True))

    def polled(device: str, boots: int, time: int) -> None:
        values: tuple[bytes | int, ...] = (ENGINE, boots, time)
        found: dict[str, dict[bytes, int | bytes]] = {c: {b"\0": values[n]} for c, n in columns.items()}
        assert engines._learn(Answer(Target(device, "192.0.2.1"), columns=found), NOW)

    polled("agg-1", 9, 5000)
    polled("agg-2", 1, 10)
    opens = Envelope({b"countynet": USER}, engines.clocks, Self(OWN, 7, lambda: 1.0))
    assert opens.open(sent(1, 12), NOW, lambda e: engines.whose(e, "agg-2")).judgement is Judgement.FRESH
    with pytest.raises(Refused):
        opens.open(sent(1, 12), NOW, lambda e: engines.whose(e, "agg-1"))
    assert engines.whose(ENGINE, "agg-3") == ""
    polled("agg-3", 1, 1)
    engines.keep()
    assert Engines.load(tmp_path).devices == {ENGINE: frozenset({"agg-1", "agg-2", "agg-3"})}


def test_a_device_is_known_by_its_engine_whatever_address_it_sends_from(tmp_path: Path) -> None:
    engines = Engines(tmp_path, Clocks(), {ENGINE: frozenset({"core-1"})})
    assert (engines.whose(ENGINE, ""), engines.whose(ENGINE, "agg-1"), engines.whose(b"new", "agg-1")) == (
        "core-1",
        "core-1",
        "agg-1",
    )
