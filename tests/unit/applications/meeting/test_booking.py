from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone

from applications.meeting.booking import Slot, calendar, conflicts, faults

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)


def slot(
    number: str = "1", begins: int = 60, minutes: int = 60, *, hall: str = "hall-1", venues: Iterable[str] = ("u001",)
) -> Slot:
    start = NOW + timedelta(minutes=begins)
    return Slot(number, f"会{number}", start, start + timedelta(minutes=minutes), hall, frozenset(venues))


def test_a_sound_booking_has_no_faults() -> None:
    assert list(faults(slot(), NOW, 24)) == []


def test_every_fault_of_a_booking_is_told_at_once() -> None:
    bad = Slot("1", " ", NOW - timedelta(hours=1), NOW - timedelta(hours=2), "", frozenset())
    assert len(list(faults(bad, NOW, 24))) == 5
    assert list(faults(slot(minutes=13 * 60), NOW, 24)) == ["A meeting lasts at most 12 hours."]
    crowd = slot(venues=[f"u{n:03}" for n in range(23)])
    assert list(faults(crowd, NOW, 24)) == ["So many venues at once are more than the server carries."]


def test_one_hall_cannot_hold_two_meetings() -> None:
    (hit,) = conflicts(slot("2", 90, venues=["u002"]), [slot("1")])
    assert (hit.venue, hit.with_number, hit.hard) == ("hall-1", "1", True)


def test_a_unit_invited_twice_is_told_of_but_not_refused() -> None:
    (hit,) = conflicts(slot("2", 90, hall="hall-2"), [slot("1")])
    assert (hit.venue, hit.hard) == ("u001", False)


def test_meetings_that_follow_each_other_do_not_collide() -> None:
    assert conflicts(slot("2", 120), [slot("1")]) == ()
    assert conflicts(slot("2", 0), [slot("1")]) == ()
    assert conflicts(slot("1"), [slot("1")]) == ()


def test_times_of_two_zones_collide_by_the_moment() -> None:
    beijing = timezone(timedelta(hours=8))
    here = slot("2", hall="hall-1")
    moved = Slot("2", "会", here.begins.astimezone(beijing), here.ends.astimezone(beijing), "hall-1", frozenset())
    assert len(conflicts(moved, [slot("1")])) == 1


def test_a_calendar_entry_is_folded_escaped_and_in_utc() -> None:
    long = Slot("123456789", "防汛，抗旱; 会商" * 8, NOW, NOW + timedelta(hours=1), "hall-1", frozenset({"u001"}))
    text = calendar(long, "县政府, 一号", "带\n换行", NOW)
    lines = text.split("\r\n")
    assert max(len(line.encode()) for line in lines) <= 75
    assert "DTSTART:20261126T080000Z" in lines
    whole = text.replace("\r\n ", "")
    assert r"抗旱\; 会商" in whole
    assert r"LOCATION:县政府\, 一号" in whole
    assert r"DESCRIPTION:带\n换行" in whole
    assert "METHOD:CANCEL" in calendar(long, "", "", NOW, cancelled=True)
