"""Units are told each step once, in their language, at a fitting hour, in words that the center may change."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from countynet import clock
from countynet.db import open_database, transaction
from countynet.errors import BadInput, NotAllowed
from countynet.i18n import set_language
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import LineState, Role
from monitoring.faults import silence
from monitoring.faults.config import read
from monitoring.faults.service import Faults
from monitoring.faults.telling import outbox, sender
from monitoring.faults.telling.service import Sentences
from monitoring.faults.telling.templates import DEFAULTS, LANGUAGES, PLACES, fill, wrong
from monitoring.notices.deliver import Outcome
from monitoring.notices.model import Channel, NoticeState, Quiet, Recipient
from monitoring.notices.words import Message
from monitoring.state.store import LineRow
from monitoring.tags import FaultTag
from tests.unit.dashboard.sample import county

CENTER, OPERATOR = Actor("center", Role.CENTER), Actor("operator", Role.OPERATOR)
NIGHT = Quiet(start=time(22), end=time(7))
NOTICES = b"""channels:
- {name: gateway, kind: sms, url: "http://sms.example/?to={to}", method: GET}
recipients:
- {name: duty, channel: gateway, to: ["16900000001"], language: en}
"""
FAULTS = b"""notices:
- {units: [u031], recipient: duty}
- {channel: gateway, quiet: {start: 22:00, end: 07:00}}
"""


def clerk(unit: str) -> Actor:
    return Actor(unit, Role.UNIT, unit)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    (tmp_path / "monitoring").mkdir()
    (tmp_path / "monitoring" / "notices.yml").write_bytes(NOTICES)
    (tmp_path / "monitoring" / "faults.yml").write_bytes(FAULTS)
    return open_database(Settings(county=tmp_path, language="en"))


Sent = list[tuple[str, tuple[str, ...], str]]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    found: Sent = []

    def deliver(
        _settings: Settings, _channel: Channel, who: Recipient, make: Callable[[], Message], _number: str
    ) -> Outcome:
        found.append((who.name, who.to, "\n".join(make().lines)))
        return Outcome(NoticeState.SENT, "taken")

    monkeypatch.setattr(sender, "deliver", deliver)
    monkeypatch.setattr(sender, "load_county", lambda _folder: county())
    return found


def tell(engine: Engine, folder: Path, now: datetime, times: int = 1) -> None:
    """What a worker that was just started does."""
    teller = sender.Teller(Settings(county=folder, language="en"), engine)
    for _time in range(times):
        teller.step(now)
        teller.wait(60)


def test_each_step_is_told_once_in_the_units_language_whoever_restarts(
    engine: Engine, tmp_path: Path, sent: Sent
) -> None:
    faults = Faults(engine)
    for unit in ("u031", "u001"):
        number = faults.report(unit, "没有网 {fault}", "", "13900000000", clerk(unit))
        faults.dispatch(number, CENTER, "between us: they never pay")
        faults.start(number, OPERATOR)
        faults.repaired(number, OPERATOR, "fiber {unit} cut")
    noon = clock.now().replace(hour=4)
    tell(engine, tmp_path, noon, 3)
    tell(engine, tmp_path, noon)
    english, chinese = sorted(sent)
    assert english[:2] == ("duty", ("16900000001",))
    assert "Fault 1" not in english[2]
    assert english[2].splitlines()[0] == "County Traffic Police: we have your report (没有网 {fault}). It is fault 1."
    assert "fiber {unit} cut" in english[2]
    assert chinese[:2] == ("u001", ("16990534565",))
    assert "中共清岚县委办公室：已收到贵单位报障（没有网 {fault}），故障编号 2。" in chinese[2]
    for said in (english[2], chinese[2]):
        assert len(said.splitlines()) == 4
        assert "between us" not in said
        assert "139" not in said
    assert {row.state for row in Sentences(engine).told(1)} == {NoticeState.SENT}


def test_all_who_reported_one_outage_are_told_of_it_and_none_reads_anothers_words(
    engine: Engine, tmp_path: Path, sent: Sent
) -> None:
    units = [unit.id for unit in county().units if unit.officer][:20]
    for unit in units:
        Faults(engine).report(unit, f"words of {unit}", "", "", clerk(unit))
    Faults(engine).dispatch(1, CENTER)
    tell(engine, tmp_path, clock.now().replace(hour=4), 20)
    told = {name if name != "duty" else "u031": said for name, _to, said in sent}
    assert set(told) >= set(units)
    for unit in units:
        assert f"words of {unit}" in told[unit]
        assert told[unit].count("words of") == 1


def test_quiet_hours_are_kept_but_for_the_units_own_outage(engine: Engine) -> None:
    midnight = datetime(2026, 11, 2, 16, 0, tzinfo=UTC)
    with transaction(engine) as session:
        session.merge(LineRow(unit="u002", circuit="l", state=LineState.DOWN, cause="", since=midnight))
    for unit in ("u001", "u002"):
        Faults(engine).report(unit, "x", "", "", clerk(unit))
    outbox.queue(engine, 0, lambda _unit: True, lambda _unit: NIGHT, midnight)
    now = midnight
    waits, at_once = (Sentences(engine).told(number)[0].due for number in (1, 2))
    assert at_once == now
    assert waits == datetime(2026, 11, 2, 23, 0, tzinfo=UTC)
    taken = outbox.take(engine, (), now)
    assert taken is not None
    assert taken.unit == "u002"
    assert outbox.take(engine, (), now) is None


def test_what_a_killed_sender_left_is_doubtful_and_what_was_refused_comes_again(engine: Engine) -> None:
    Faults(engine).report("u001", "x", "", "", clerk("u001"))
    now = clock.now()
    outbox.queue(engine, 0, lambda _unit: True, lambda _unit: None, now)
    taken = outbox.take(engine, (), now)
    assert taken is not None
    outbox.settle(engine, taken.notices, Outcome(NoticeState.QUEUED, "busy"), now)
    assert outbox.take(engine, (), now) is None
    assert outbox.take(engine, (), now + timedelta(minutes=1)) is not None
    outbox.begin(engine)
    assert Sentences(engine).told(1)[0].state is NoticeState.DOUBTFUL
    assert outbox.take(engine, (), now + timedelta(hours=1)) is None


def test_the_center_words_a_step_and_a_wrong_place_is_refused_with_the_right_ones(
    engine: Engine, tmp_path: Path, sent: Sent
) -> None:
    words = Sentences(engine)
    for bad in ("{name}", "{unit.lan}", "{unit!r}", "{0}", "{", "x" * 301, "{unit"):
        with pytest.raises(BadInput):
            words.word("fault.reported", "en", bad, CENTER)
    with pytest.raises(BadInput):
        words.word("fault.merged", "en", "x", CENTER)
    with pytest.raises(NotAllowed):
        words.word("fault.reported", "en", "x", OPERATOR)
    words.word("fault.reported", "en", "Got it, {unit}: no. {fault}", CENTER)
    words.word("fault.dispatched", "en", " ", CENTER)
    Faults(engine).report("u031", "x", "", "", clerk("u031"))
    Faults(engine).dispatch(1, CENTER)
    tell(engine, tmp_path, clock.now(), 2)
    assert sent == [("duty", ("16900000001",), "Got it, County Traffic Police: no. 1")]
    words.word("fault.reported", "en", None, CENTER)
    assert ("fault.reported", "en") not in words.own()


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_sentences_are_right_in_both_languages(language: str) -> None:
    set_language(language)
    from countynet.i18n import translate

    for text in DEFAULTS.values():
        said = translate(text)
        assert wrong(said) == []
        assert "{" not in fill(said, {name: "x" for name in PLACES})


def test_silence_closes_a_repair_without_a_rating_and_talk_does_not(engine: Engine) -> None:
    faults = Faults(engine)
    for unit in ("u001", "u002"):
        number = faults.report(unit, "x", "", "", clerk(unit))
        faults.dispatch(number, CENTER)
        faults.start(number, OPERATOR)
    faults.repaired(1, OPERATOR, "plug")
    week = clock.now() + timedelta(days=7, minutes=1)
    assert silence.close(engine, 8, week) == ()
    assert silence.close(engine, 7, week) == (1,)
    assert silence.close(engine, 7, week) == ()
    last = faults.history(1)[-1]
    assert (last.tag, last.actor, "rating" in last.data) == (FaultTag.CONFIRMED, "monitoring", False)


def test_mistakes_of_the_file_are_told_at_once_with_their_lines() -> None:
    from monitoring.notices.model import read as notices

    rules = notices("notices.yml", NOTICES)
    content = b"""notices:
- {units: [u999], recipient: nobody}
- {channel: pigeon}
- {channel: gateway, recipient: duty}
wave:
- {units: 3}
- {units: 4}
closing:
- {days: 0}
"""
    with pytest.raises(BadInput) as caught:
        read("faults.yml", content, rules, ["u001"])
    assert [problem.line for problem in caught.value.problems] == [2, 2, 3, 4, 5, 9]
    assert read("faults.yml", FAULTS, rules, ["u031"]).of("u001") is not None
