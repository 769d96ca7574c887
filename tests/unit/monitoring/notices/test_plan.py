"""Who is told of what, when: rules over alarms, read as they are written."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from countynet.clock import CHINA
from countynet.errors import BadInput
from countynet.vocabulary import Severity
from inventory.calendar.model import load as load_calendar
from monitoring.notices import plan
from monitoring.notices.model import NoticeState, Recipient, Rules, load, read
from monitoring.notices.plan import Known, Ordered

CALENDAR = load_calendar(Path("no such county"))
TEXT = """\
channels:
  - {name: mail, kind: mail, host: mail.example.org, sender: countynet@example.org}
recipients:
  - {name: duty, channel: mail, to: [duty@example.org], quiet: {start: "22:00", end: "07:00"}}
  - {name: chief, channel: mail, to: [chief@example.org], digest: 30}
  - {name: north, channel: mail, to: [north@example.org]}
rules:
  - name: all
    severities: [critical, major]
    steps: [{to: [duty]}, {to: [chief], after: 30}, {to: [north], after: 60}]
  - {name: north, sites: [north], steps: [{to: [north, duty]}]}
"""
RULES = read("notices.yml", TEXT.encode())
NOON = datetime(2026, 11, 26, 9, 0, tzinfo=CHINA)
ALARM = Ordered(1, Severity.MAJOR, "cpe-001", "", "u001", NOON)


def told(*alarms: Ordered, known: tuple[Known, ...] = (), now: datetime = NOON, covered: str = "") -> list[str]:
    found = plan.wanted(alarms, known, RULES, CALENDAR, {covered}, now)
    return [f"{w.alarm} {w.step} {w.recipient}" for w in found]


def notice(
    step: str, recipient: str, state: NoticeState, number: int = 1, alarm: int = 1, closed: bool = True
) -> Known:
    return Known(alarm, step, recipient, state, number, closed=closed, due=NOON)


def test_an_alarm_is_told_to_whom_its_rules_name_each_once() -> None:
    assert told(ALARM) == ["1 opened duty"]
    assert told(replace(ALARM, site="north")) == ["1 opened duty", "1 opened north"]
    assert told(replace(ALARM, severity=Severity.MINOR)) == []


def test_what_was_queued_is_not_queued_again() -> None:
    for state in NoticeState:
        assert told(ALARM, known=(notice("opened", "duty", state),)) == []


def test_the_next_person_is_told_after_working_minutes() -> None:
    known = (notice("opened", "duty", NoticeState.SENT),)
    assert told(ALARM, known=known, now=NOON + timedelta(minutes=29)) == []
    assert told(ALARM, known=known, now=NOON + timedelta(minutes=30)) == ["1 escalated-1 chief"]
    later = told(ALARM, known=known, now=NOON + timedelta(minutes=60))
    assert later == ["1 escalated-1 chief", "1 escalated-2 north"]
    evening = replace(ALARM, opened=NOON.replace(hour=20))
    assert told(evening, known=known, now=NOON.replace(hour=23)) == []
    assert told(evening, known=known, now=(NOON + timedelta(days=1)).replace(hour=9)) == ["1 escalated-1 chief"]


def test_who_acknowledges_stops_the_escalation_until_it_runs_out() -> None:
    later = NOON + timedelta(minutes=31)
    assert told(replace(ALARM, acknowledged=True), now=later) == ["1 opened duty"]
    assert told(ALARM, now=later) == ["1 opened duty", "1 escalated-1 chief"]


def test_a_work_window_keeps_it_quiet_and_afterwards_it_is_told() -> None:
    assert told(ALARM, covered="cpe-001") == []
    assert told(ALARM, covered="cpe-002") == ["1 opened duty"]


def test_the_end_is_told_to_who_got_the_begin_only() -> None:
    known = (
        notice("opened", "duty", NoticeState.SENT),
        notice("escalated-1", "chief", NoticeState.DOUBTFUL, 2),
        notice("escalated-2", "north", NoticeState.FAILED, 3),
    )
    assert told(replace(ALARM, closed=True), known=known) == ["1 closed duty", "1 closed chief"]


def test_what_is_over_before_it_was_told_is_dropped_with_its_end() -> None:
    known = [notice("opened", "duty", NoticeState.QUEUED, 1), notice("closed", "duty", NoticeState.QUEUED, 2)]
    assert plan.dropped(known) == (1, 2)
    assert plan.dropped([replace(known[0], state=NoticeState.SENT), known[1]]) == ()
    assert plan.dropped([replace(known[0], closed=False)]) == ()


def test_quiet_hours_keep_all_but_the_urgent_until_morning() -> None:
    night = NOON.replace(hour=23)
    quiet = replace(ALARM, opened=night)
    (found,) = plan.wanted([quiet], (), RULES, CALENDAR, frozenset(), night)
    assert found.due == datetime(2026, 11, 27, 7, 0, tzinfo=CHINA)
    (loud,) = plan.wanted([replace(quiet, severity=Severity.CRITICAL)], (), RULES, CALENDAR, frozenset(), night)
    assert loud.due == night + plan.SETTLE


def queued(number: int, severity: Severity = Severity.MAJOR, minutes: float = 0, attempts: int = 0) -> Known:
    due = NOON + timedelta(minutes=minutes)
    return Known(number, "opened", "chief", NoticeState.QUEUED, number, severity, due=due, attempts=attempts)


CHIEF = RULES.recipients[1]


def ready(*known: Known, last: float | None = None, sending: tuple[tuple[int, str], ...] = ()) -> tuple[int, ...]:
    before = None if last is None else NOON - timedelta(minutes=last)
    return plan.ready(known, sending, CHIEF, before, NOON)


def test_a_storm_is_one_message_in_order() -> None:
    assert ready(*(queued(n) for n in range(1200, 0, -1))) == tuple(range(1, 1201))
    assert ready(queued(1), queued(2, minutes=5)) == (1,)


def test_a_digest_waits_its_minutes_but_the_urgent_only_one() -> None:
    assert ready(queued(1), last=29) == ()
    assert ready(queued(1), last=30) == (1,)
    assert ready(queued(1), queued(2, Severity.CRITICAL), last=1) == (1, 2)
    assert ready(queued(2, Severity.CRITICAL), last=0.9) == ()


def test_nothing_overtakes_what_is_tried_again() -> None:
    assert ready(queued(1, minutes=1, attempts=2), queued(2)) == ()
    assert ready(queued(1, minutes=1), queued(2)) == (2,)


def test_the_end_waits_while_the_begin_is_under_way() -> None:
    assert ready(queued(1), queued(2), sending=((1, "chief"),)) == (2,)


def test_a_refusal_is_tried_again_ever_later_and_given_up_after_a_day() -> None:
    pauses = [(plan.again(n, NOON, NOON) or NOON) - NOON for n in range(1, 9)]
    assert [p.total_seconds() for p in pauses] == [30, 60, 120, 300, 600, 1800, 1800, 1800]
    assert plan.again(3, NOON, NOON + timedelta(days=1)) is None


def test_without_the_file_there_are_no_rules(tmp_path: Path) -> None:
    assert load(tmp_path) is None


def test_everything_wrong_with_the_rules_is_told_at_once() -> None:
    text = """\
channels:
  - {name: m, kind: mail, login: x}
  - {name: m, kind: wecom}
recipients:
  - {name: a, channel: none, to: [a@example.org]}
  - {name: b, channel: m, to: ["b@example.org\\nBcc: c@example.org"]}
rules:
  - {name: r, sites: [s1], units: [u9], steps: [{to: [a], after: 5}, {to: [nobody], after: 5}]}
"""
    with pytest.raises(BadInput) as caught:
        read("notices.yml", text.encode(), ["s2"], ["u1"])
    problems = caught.value.problems
    assert {p.file for p in problems} == {"notices.yml"}
    assert [(p.line, p.where) for p in problems] == [
        (2, "channels[0]"),
        (2, "channels[0]"),
        (2, "channels[0]"),
        (3, "channels[1]"),
        (3, "channels[1].name"),
        (5, "recipients[0].channel"),
        (6, "recipients[1].to[0]"),
        (8, "rules[0].sites[0]"),
        (8, "rules[0].units[0]"),
        (8, "rules[0].steps[0]"),
        (8, "rules[0].steps[1]"),
        (8, "rules[0].steps[1].to[0]"),
    ]


def test_a_mistyped_field_is_told_with_its_line() -> None:
    with pytest.raises(BadInput) as caught:
        read("notices.yml", b"channels:\n  - {name: m, kind: fax, hots: h}\nrecipient: []\n")
    assert [p.line for p in caught.value.problems] == [2, 2, 3]


def test_a_recipient_is_urgent_about_the_critical_by_default() -> None:
    assert Recipient(name="a", channel="m").urgent == (Severity.CRITICAL,)
    assert Rules().recipient("a") is None


def test_an_alarm_that_comes_again_is_told_again_and_its_second_end_only_to_who_was_told_of_that() -> None:
    sent = (notice("opened", "duty", NoticeState.SENT), notice("closed", "duty", NoticeState.SENT, 2))
    again = replace(ALARM, times=2)
    assert told(again, known=sent) == ["1 opened-2 duty"]
    assert told(replace(again, closed=True), known=sent) == []
    second = (*sent, notice("opened-2", "duty", NoticeState.SENT, 3))
    assert told(again, known=second) == []
    assert told(replace(again, closed=True), known=second) == ["1 closed-2 duty"]
    waiting = (*second, notice("closed-2", "duty", NoticeState.QUEUED, 4))
    assert plan.dropped(waiting) == ()
