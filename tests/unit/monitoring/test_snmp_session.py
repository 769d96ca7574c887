"""Security with one agent: what is learned, what is let in, and what is a replay or a forgery."""

import pytest

from monitoring.snmp import ber, message, pdu, usm
from monitoring.snmp.ber import Malformed
from monitoring.snmp.session import WINDOW, Kind, Replayed, Session
from tests.unit.monitoring.test_snmp_codec import CREDENTIALS, ENGINE, VALUES, response, scoped, sealed

VALUES_READ = [(name, value) for name, value, _python in VALUES]
KEYS = usm.keys_for(CREDENTIALS, ENGINE)
SAID = scoped(response(VALUES_READ))
UNKNOWN_ENGINE = "1.3.6.1.6.3.15.1.1.4.0"
WRONG_DIGEST = "1.3.6.1.6.3.15.1.1.5.0"
OUT_OF_WINDOW = "1.3.6.1.6.3.15.1.1.2.0"


ASKED = (5,)
"""the message id of what is in flight in every test"""


class Clock:
    """Seconds, set by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def report(name: str, message_id: int = 5, engine: bytes = ENGINE, boots: int = 3, time: int = 1000) -> bytes:
    """An unauthenticated report, as an agent answers discovery."""
    variable = ber.sequence(ber.encode(ber.OID, ber.oid(name)), b"\x41\x01\x05")
    body = ber.integer(message_id) + ber.integer(0) + ber.integer(0) + ber.sequence(variable)
    inner = ber.sequence(ber.encode(4, engine), ber.encode(4, b""), ber.encode(pdu.REPORT, body))
    security = ber.sequence(ber.encode(4, engine), ber.integer(boots), ber.integer(time), *[ber.encode(4, b"")] * 3)
    head = ber.sequence(ber.integer(message_id), ber.integer(65507), ber.encode(4, b"\0"), ber.integer(3))
    return ber.sequence(ber.integer(3), head, ber.encode(4, security), inner)


def answer(boots: int = 3, time: int = 1000) -> bytes:
    return sealed(SAID, KEYS, boots, time)


def out_of_window(boots: int, time: int, message_id: int = 5) -> bytes:
    """An authenticated report that the time of a question was not the agent's."""
    variable = ber.sequence(ber.encode(ber.OID, ber.oid(OUT_OF_WINDOW)), b"\x41\x01\x05")
    body = ber.integer(message_id) + ber.integer(0) + ber.integer(0) + ber.sequence(variable)
    signed = usm.Keys(KEYS.auth, KEYS.auth_key, None, KEYS.mac_length)
    sealer = message.Sealer(ENGINE, b"countynet", signed, reportable=False)
    return sealer.request(message_id, boots, time, b"", ber.encode(pdu.REPORT, body))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def session(clock: Clock) -> Session:
    result = Session(CREDENTIALS, clock)
    assert result.receive(report(UNKNOWN_ENGINE), ASKED).kind is Kind.LEARNED
    return result


def sent(session: Session) -> message.Header:
    return message.header(session.request(9, pdu.get_bulk(9, (), 0, 1)))


def test_discovery_comes_first_and_in_clear(clock: Clock) -> None:
    head = sent(Session(CREDENTIALS, clock))
    assert (head.engine_id, head.user, head.flags) == (b"", b"", message.REPORTABLE)


def test_after_discovery_requests_carry_engine_and_its_going_clock(session: Session, clock: Clock) -> None:
    clock.seconds += 42.9
    head = sent(session)
    assert (head.engine_id, head.boots, head.time) == (ENGINE, 3, 1042)
    assert head.flags == message.AUTH | message.PRIV | message.REPORTABLE


def test_a_salt_is_never_used_twice(session: Session) -> None:
    salts = {sent(session).salt for _request in range(200)}
    assert len(salts) == 200


def test_an_answer_is_let_in(session: Session) -> None:
    assert session.receive(answer(), ASKED).kind is Kind.ANSWER


def test_a_replay_from_before_a_restart_or_outside_the_window_is_not(session: Session, clock: Clock) -> None:
    assert session.receive(answer(boots=4, time=5), ASKED).kind is Kind.ANSWER  # it restarted
    with pytest.raises(Malformed):
        session.receive(answer(boots=3, time=2000), ASKED)
    clock.seconds += WINDOW + 10
    with pytest.raises(Malformed):
        session.receive(answer(boots=4, time=5), ASKED)
    assert session.receive(answer(boots=4, time=50), ASKED).kind is Kind.ANSWER


def test_a_forged_code_is_not_let_in(session: Session) -> None:
    other = usm.keys_for(usm.Credentials("countynet", CREDENTIALS.priv_password, CREDENTIALS.priv_password), ENGINE)
    with pytest.raises(Malformed):
        session.receive(sealed(SAID, other), ASKED)


def test_an_answer_in_clear_is_not_let_in(session: Session) -> None:
    plain = report(UNKNOWN_ENGINE).replace(bytes((pdu.REPORT,)), bytes((pdu.RESPONSE,)), 1)
    with pytest.raises(Malformed):
        session.receive(plain, ASKED)


def test_complaints_in_clear_are_hints_only(session: Session) -> None:
    before = sent(session)
    hint = session.receive(report(WRONG_DIGEST, boots=99, time=99), ASKED)
    assert (hint.kind, hint.hint) == (Kind.HINT, "the authentication password is wrong")
    assert (sent(session).boots, sent(session).engine_id) == (before.boots, before.engine_id)
    assert session.receive(report(UNKNOWN_ENGINE, engine=b"another engine"), ASKED).kind is Kind.STRANGER
    assert sent(session).engine_id == ENGINE


@pytest.mark.parametrize("clock_now", [(4, 7), (3, 5000), (3, 12), (1, 7), (0, 0)])
def test_who_restarted_is_believed_when_it_answers_what_was_just_asked(
    session: Session, clock_now: tuple[int, int]
) -> None:
    """Also who lost its state, and counts its boots from one again or its seconds from none."""
    assert session.receive(out_of_window(*clock_now), ASKED).kind is Kind.LEARNED
    assert (sent(session).boots, sent(session).time) == clock_now
    assert session.receive(answer(*clock_now), ASKED).kind is Kind.ANSWER


def test_a_recorded_report_moves_the_clock_forward_at_most(session: Session) -> None:
    session.receive(answer(boots=4, time=5), ASKED)
    with pytest.raises(Replayed):
        session.receive(out_of_window(boots=3, time=999, message_id=8), ASKED)
    session.receive(out_of_window(boots=4, time=2, message_id=8), ASKED)
    assert (sent(session).boots, sent(session).time) == (4, 5)
    session.receive(out_of_window(boots=4, time=50, message_id=8), ASKED)
    assert (sent(session).boots, sent(session).time) == (4, 50)


def test_who_was_not_asked_is_not_discovered(clock: Clock) -> None:
    fresh = Session(CREDENTIALS, clock)
    assert fresh.receive(report(UNKNOWN_ENGINE, message_id=8), ASKED).kind is not Kind.LEARNED
    assert not fresh.known


def test_an_engine_id_out_of_size_is_refused(clock: Clock) -> None:
    for engine in (b"", b"1234", b"x" * 33):
        with pytest.raises(Malformed):
            Session(CREDENTIALS, clock).receive(report(UNKNOWN_ENGINE, engine=engine), ASKED)
