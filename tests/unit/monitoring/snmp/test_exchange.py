"""One device's conversation without a socket: repeating, resting, giving up; time is what the test says."""

import random

import pytest
from pydantic import SecretStr

from monitoring.snmp import ber, exchange, pdu, trouble
from monitoring.snmp.community import Community, CommunitySession
from monitoring.snmp.exchange import Exchange, Options
from monitoring.snmp.learned import FIRST, MOST, Manner
from monitoring.snmp.seam import Answer, Target
from tests.unit.monitoring.test_snmp_walk import LOADS, NAMES, QUESTION, SPEEDS, Agent, table

SECRET = Community(SecretStr("secret"))
PATIENT = Options(timeout=1, least=0.5, retries=2, deadline=8, longest=12)


class Clock:
    seconds = 100.0

    def monotonic(self) -> float:
        return self.seconds


class Line:
    """Carries an exchange's requests to an agent made of a table, when the test says so."""

    def __init__(self, clock: Clock, rows: int = 40, options: Options = PATIENT, manner: Manner | None = None) -> None:
        self.clock, self.options, self.over = clock, options, False
        self.agent = Agent(table(rows) | {f"{LOADS}.1": 5})
        self.sent: list[bytes] = []
        self.manner = manner or Manner()
        self.exchange = Exchange(
            self, CommunitySession(SECRET), QUESTION, Answer(Target("a", "192.0.2.1")), self.manner
        )
        self.exchange.start()

    def send(self, datagram: bytes, address: tuple[str, int]) -> None:
        self.sent.append(datagram)

    def ended(self, exchange: Exchange) -> None:
        self.over = True

    def asked(self, number: int = -1) -> tuple[int, list[bytes], int, int]:
        """A request's id, names, non-repeaters and repetitions."""
        data = self.sent[number]
        _start, at = ber.element(data, ber.element(data, 0)[0])
        _community, at = ber.read_octets(data, at)
        at, _end = ber.element(data, at)
        request_id, at = ber.read_integer(data, at)
        once, at = ber.read_integer(data, at)
        rows, at = ber.read_integer(data, at)
        return request_id, [bind.name for bind in pdu.varbinds(data, *ber.element(data, at))], once, rows

    def reply(self, number: int = -1, status: int = 0, other_id: int = 0) -> bytes:
        """The right answer to a request."""
        request_id, names, once, rows = self.asked(number)
        current, found = names[once:], [self.agent.following(name) for name in names[:once]]
        for _row in range(rows):
            row = [self.agent.following(name) for name in current]
            found += row
            current = [bind.name for bind in row]
        binds = [ber.sequence(ber.encode(ber.OID, bind.name), value(bind.value)) for bind in found]
        body = ber.integer(request_id + other_id) + ber.integer(status) + ber.integer(0)
        inner = ber.encode(pdu.RESPONSE, body + ber.sequence(*([] if status else binds)))
        return ber.sequence(ber.integer(1), ber.encode(ber.OCTETS, b"secret"), inner)

    def variables(self, number: int = -1) -> int:
        _id, names, once, rows = self.asked(number)
        return (len(names) - once) * rows

    def finish(self) -> Answer:
        for _turn in range(500):
            if self.over:
                return self.exchange.answer
            self.clock.seconds += 0.01
            assert self.exchange.received(self.reply())
        raise AssertionError("it does not end")


def value(said: int | bytes | None) -> bytes:
    if said is None:
        return b"\x82\x00"
    return ber.encode(ber.OCTETS, said) if isinstance(said, bytes) else ber.encode(0x42, said.to_bytes(5, "big"))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(exchange, "time", made)
    return made


def test_a_whole_answer_and_what_it_taught(clock: Clock) -> None:
    line = Line(clock)
    answer = line.finish()
    assert (answer.error, len(answer.columns[NAMES]), len(answer.columns[SPEEDS])) == ("", 40, 40)
    assert 0 < answer.busy <= answer.seconds
    assert line.manner.trip.smoothed == pytest.approx(0.01)
    assert line.manner.of(QUESTION).rows == (40, 1)
    again = Line(clock, manner=line.manner)
    assert again.finish().columns == answer.columns
    assert len(again.sent) < len(line.sent)
    assert all(step is not None for step in line.manner.of(QUESTION).steps)


def test_what_is_not_answered_is_repeated_smaller_and_the_last_time_for_one_variable(clock: Clock) -> None:
    line = Line(clock)
    sizes = [line.variables()]
    for _try in range(2):
        line.exchange.expired()
        sizes.append(line.variables())
    assert sizes[0] <= FIRST
    assert sizes[0] > sizes[1] > sizes[2] == 1
    line.exchange.expired()
    assert (line.over, line.exchange.answer.error) == (True, trouble.NO_ANSWER)
    assert line.manner.silent
    assert line.manner.of(QUESTION).limit == FIRST  # the dead teach nothing
    silent = Line(clock, manner=line.manner)
    silent.exchange.expired()
    silent.exchange.expired()
    assert silent.over  # whoever was silent last time is asked twice only


def test_a_late_answer_to_the_larger_request_is_taken_for_what_it_answers(clock: Clock) -> None:
    line = Line(clock)
    line.exchange.expired()
    assert line.variables(0) > line.variables(1)
    assert line.exchange.received(line.reply(0))
    answer = line.finish()
    assert (answer.error, len(answer.columns[NAMES]), len(answer.columns[SPEEDS])) == ("", 40, 40)


def test_who_drops_what_is_large_is_read_all_the_same_and_asked_for_less(clock: Clock) -> None:
    line = Line(clock, rows=12, options=Options(retries=3, deadline=100, longest=100))
    for _turn in range(200):
        if line.over:
            break
        clock.seconds += 0.01
        if line.variables() > 6:
            line.exchange.expired()
        else:
            line.exchange.received(line.reply())
    assert line.exchange.answer.error == ""
    assert len(line.exchange.answer.columns[SPEEDS]) == 12
    assert line.manner.of(QUESTION).ceiling < MOST


def test_a_line_that_loses_a_quarter_is_read_to_the_end_and_nobody_is_asked_for_less(clock: Clock) -> None:
    """Else each poll asks for less, in more datagrams that are lost too, and the agent seems silent (decision 097)."""
    chance, manner, errors = random.Random(11), Manner(), list[str]()
    Line(clock, manner=manner).finish()
    for _poll in range(30):
        line = Line(clock, manner=manner)
        while not line.over:
            if chance.random() < 0.25:
                clock.seconds = line.exchange.due
                line.exchange.expired()
            else:
                clock.seconds += 0.01
                line.exchange.received(line.reply())
        errors.append(line.exchange.answer.error)
    assert manner.of(QUESTION).limit >= FIRST
    assert errors.count("") >= 28


def test_who_answered_just_now_is_there_and_is_waited_for(clock: Clock) -> None:
    line = Line(clock, manner=Manner(silent=True))
    assert line.exchange.received(line.reply())
    for _try in range(4):
        assert not line.over
        line.exchange.expired()
    assert (line.over, line.exchange.answer.error, line.manner.silent) == (True, trouble.NO_ANSWER, False)


def test_who_is_spared_is_left_in_peace_after_each_answer(clock: Clock) -> None:
    line = Line(clock, manner=Manner(rest=4.0, most=8))
    assert line.variables() <= 8
    clock.seconds += 0.05
    line.exchange.received(line.reply())
    assert len(line.sent) == 1
    assert line.exchange.due - clock.seconds == pytest.approx(4 * 0.05)
    clock.seconds = line.exchange.due
    line.exchange.expired()
    assert len(line.sent) == 2
    assert line.exchange.answer.busy == pytest.approx(0.05)


def test_too_big_halves_and_one_variable_that_is_too_big_is_said_so(clock: Clock) -> None:
    line, sizes = Line(clock), list[int]()
    while not line.over:
        sizes.append(line.variables())
        line.exchange.received(line.reply(status=pdu.TOO_BIG))
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] == 1
    assert line.exchange.answer.error == trouble.TOO_BIG


def test_timeouts_follow_what_was_measured(clock: Clock) -> None:
    line = Line(clock)
    assert line.exchange.due - clock.seconds == pytest.approx(1.0)
    line.exchange.expired()
    assert line.exchange.due - clock.seconds == pytest.approx(1.5)
    slow = Line(clock, manner=Manner())
    slow.manner.trip.add(2.0)
    other = Line(clock, manner=slow.manner)
    assert other.exchange.due - clock.seconds == pytest.approx(5.0)


def test_a_slow_drip_ends_and_a_big_device_may_take_longer(clock: Clock) -> None:
    drip = Line(clock, rows=2000)
    drip.manner.of(QUESTION).limit = drip.manner.of(QUESTION).ceiling = 1
    while not drip.over:
        clock.seconds += 0.4
        drip.exchange.received(drip.reply())
    assert drip.exchange.answer.error == trouble.SLOW
    assert drip.exchange.answer.seconds < 9
    big = Line(clock, rows=1000)
    began = clock.seconds
    while not big.over:
        clock.seconds += 0.21
        big.exchange.received(big.reply())
    assert big.exchange.answer.error == ""
    assert 8 < clock.seconds - began < 12


def test_another_questions_answer_is_dropped_and_told_when_there_is_no_other(clock: Clock) -> None:
    line = Line(clock)
    assert not line.exchange.received(line.reply(other_id=1))
    for _try in range(3):
        line.exchange.expired()
    assert line.exchange.answer.error == trouble.OTHER_QUESTION


def test_an_agent_that_says_something_else_when_an_answer_is_too_big_is_asked_for_less(clock: Clock) -> None:
    """net-snmp 5.9 says genErr to a GETBULK of version 3 whose answer does not fit the message size."""
    line = Line(clock)
    line.exchange.received(line.reply(status=5))
    answer = line.finish()
    assert (answer.error, len(answer.columns[NAMES])) == ("", 40)
    assert line.manner.of(QUESTION).ceiling == FIRST // 2


def test_who_refuses_whatever_the_size_is_named_and_was_not_taught_to_be_small(clock: Clock) -> None:
    line = Line(clock)
    while not line.over:
        line.exchange.received(line.reply(status=5))
    assert line.exchange.answer.error == trouble.REFUSED
    assert (line.manner.of(QUESTION).limit, line.manner.of(QUESTION).ceiling) == (FIRST, MOST)
