"""What the bridge is told, what it writes and reads, and the rule for two sides that both change."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from countynet.db import open_database, transaction
from countynet.errors import BadInput
from countynet.people import Actor
from countynet.pictures import Picture
from countynet.settings import Settings
from countynet.vocabulary import FaultState, Role, Severity
from monitoring.bridge import store
from monitoring.bridge.merge import Seen, agreed, heard
from monitoring.bridge.model import Bridge, Deed, Platform, Status, UnitRow, read
from monitoring.bridge.ticket import Ours, Said, Ticket, change, creation, external, fault_of, moment, own
from monitoring.bridge.ticket import read as read_ticket
from monitoring.faults.reports.service import Reports
from monitoring.faults.reports.store import FaultReport
from monitoring.faults.service import Faults
from tests.twin.tmf_server import judge

UNITS = ("u001", "u002", "u025")
PLATFORM = Platform(name="province", url="https://om.example/v4", system="qinglan", organisation="ORG-0")
V5 = PLATFORM.model_copy(update={"version": "v5"})
AT = datetime(2026, 11, 26, 3, tzinfo=UTC)
WRONG = b"""\
platforms:
  - {name: Province, url: "https://om.example/v4", system: a}
"""
MORE_WRONG = b"""\
platforms:
  - {name: one, url: "http://om.example/v4", system: a}
  - {name: one, url: "https://me:secret@om.example/v4", system: a}
  - {name: two, url: "ftp://om.example", system: a}
  - {name: here, url: "http://127.0.0.1:8099/v4", system: a}
units:
  - {unit: u001, party: P1}
  - {unit: u002, services: [P1]}
  - {unit: u999}
states:
  - {state: reported, status: pending}
  - {state: reported, status: held}
"""


def problems(content: bytes) -> list[tuple[int, str]]:
    with pytest.raises(BadInput) as caught:
        read("bridge.yml", content, UNITS)
    return [(problem.line, problem.where) for problem in caught.value.problems]


def test_every_mistake_of_the_file_is_told_at_once_with_its_line() -> None:
    assert problems(WRONG) == [(2, "platforms[0].name")]
    assert problems(MORE_WRONG) == [
        (2, "platforms[0].url"),
        (3, "platforms[1]"),
        (3, "platforms[1].url"),
        (4, "platforms[2].url"),
        (8, "units[1]"),
        (9, "units[2].unit"),
        (12, "states[1]"),
    ]


def test_what_the_file_does_not_name_is_by_the_book() -> None:
    found = read("bridge.yml", b"states: [{state: dispatched, status: acknowledged}]\n", UNITS)
    assert found.status(FaultState.DISPATCHED, False) is Status.ACKNOWLEDGED
    assert found.status(FaultState.STARTED, True) is Status.PENDING
    assert found.status(FaultState.REPAIRED, True) is Status.RESOLVED
    assert found.severity(Severity.CRITICAL) == "Critical"
    assert found.deed("closed") is found.deed("a word of their own") is Deed.COMMENT


def test_a_ticket_is_of_the_one_unit_that_it_names() -> None:
    bridge = Bridge(units=(UnitRow(unit="u001", party="P1", services=("S1", "S2")), UnitRow(unit="u002", party="P2")))
    assert bridge.unit(("S2", "P1", "somebody"), UNITS) == "u001"
    assert bridge.unit(("u025",), UNITS) == "u025", "without a name of its own a unit is called by its id"
    assert bridge.unit(("S1", "P2"), UNITS) is None
    assert bridge.unit(("u001",), UNITS) is None, "one that has names there is not called by its id"
    assert bridge.unit((), UNITS) is None


def ours(*notes: Said, status: str = "inProgress", text: str = "dark") -> Ours:
    unit = UnitRow(unit="u001", party="P1", services=("S1",))
    return Ours(7, unit, "教育局", "no net", text, "Major", status, notes)


@pytest.mark.parametrize(("platform", "version"), [(PLATFORM, "v4"), (V5, "v5")])
def test_what_is_written_is_what_the_published_schema_allows(platform: Platform, version: str) -> None:
    body = creation(platform, ours(Said("12", "dispatched")), "清岚县")
    assert list(judge(version, body, new=True)) == []
    made = read_ticket({**body, "id": "TT-1"})
    assert made is not None
    assert fault_of(platform, made) == 7
    assert set(made.names) == {"P1", "S1", "ORG-0"}
    assert [own(platform, note.text) for note in made.notes] == [12]
    patch = change(platform, made, ours(Said("12", "dispatched"), Said("15", "started")), "清岚县", "resolved")
    assert list(judge(version, patch, new=False)) == []
    assert [note["text"] for note in patch["note"]] == ["dispatched [qinglan#12]", "started [qinglan#15]"]


def test_no_telephone_number_goes_out() -> None:
    body = creation(PLATFORM, ours(Said("1", "call 13912345678"), text="Li Lei 0570-8880001"), "x")
    assert "13912345678" not in str(body)
    assert "0570-8880001" not in str(body)


@pytest.mark.parametrize("version", ["v4", "v5"])
def test_photographs_are_named_by_their_address_in_our_api_and_each_once(version: str) -> None:
    told = PLATFORM.model_copy(update={"version": version, "here": "https://county.example/"})
    shown = replace(ours(), photographs=(3, 4))
    body = creation(told, replace(shown, photographs=(3,)), "x")
    assert list(judge(version, body, new=True)) == []
    (one,) = body["attachment"]
    assert one["url"] == "https://county.example/api/v1/faults/7/attachments/3"
    assert "content" not in one, "what is on it stays here"
    theirs = {"@type": "Attachment", "name": "of theirs"}
    copied = {**one, "url": "https://om.example/files/9"}
    made = read_ticket({**body, "id": "TT-1", "attachment": [theirs, copied]})
    assert made is not None
    patch = change(told, made, shown, "x", None)
    assert list(judge(version, {"attachment": patch["attachment"][1:], "@type": "TroubleTicket"}, new=False)) == []
    assert patch["attachment"][:2] == [theirs, copied], "a patch replaces the list, so theirs go along"
    assert [each["name"] for each in patch["attachment"][2:]] == ["qinglan-photograph-4.jpg"]
    assert "attachment" not in creation(PLATFORM, shown, "x"), "none are named without our address"


def test_nothing_is_sent_when_all_is_there() -> None:
    ticket = Ticket("TT-1", status="inProgress", notes=(Said("N-1", "dispatched [qinglan#12]"),))
    assert change(PLATFORM, ticket, ours(Said("12", "dispatched")), "x", "inProgress") == {}
    assert change(PLATFORM, ticket, ours(Said("12", "dispatched")), "x", None) == {}


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = (
    "id", "status", "name", "description", "note", "relatedParty", "relatedEntity", "externalId", "lastUpdate",
    "externalIdentifier", "severity", "statusChangeReason",
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(FIELDS), JUNK))
def test_whatever_another_system_says_is_read_or_left(raw: dict[str, object]) -> None:
    found = read_ticket(raw)
    assert found is None or (found.id and len(found.id) <= 100)
    if found is not None:
        fault_of(PLATFORM, found)


def test_an_identifier_that_only_looks_like_ours_is_not() -> None:
    assert external(PLATFORM, 7) == "qinglan:fault:7"
    for name in ("qinglan:fault:", "qinglan:fault:7x", "qinglan:fault:²", "other:fault:7", "qinglan:fault:" + "9" * 99):
        assert fault_of(PLATFORM, Ticket("T", external=(name,))) is None


REOPENS = Bridge(incoming=read("b", b"incoming: [{status: inProgress, do: reopen}]\n").incoming)


def acts(seen: Seen, ticket: Ticket, mapped: str) -> list[Deed]:
    found, _seen = heard(REOPENS, PLATFORM, seen, ticket, mapped)
    return [act.deed for act in found]


def test_the_rule_for_a_status() -> None:
    seen = Seen("resolved", "resolved")
    assert acts(seen, Ticket("T", "inProgress"), "resolved") == [Deed.REOPEN], "only theirs changed"
    assert acts(seen, Ticket("T", "inProgress"), "closed") == [Deed.COMMENT], "both changed: ours stands"
    assert acts(seen, Ticket("T", "closed"), "closed") == [], "both came to the same"
    assert acts(seen, Ticket("T", "resolved"), "closed") == [], "only ours changed"
    assert acts(seen, Ticket("T", ""), "closed") == []


STATUSES = st.sampled_from([*Status, ""])
NOTES = st.lists(st.integers(0, 5), unique=True)


@given(st.lists(st.tuples(STATUSES, NOTES, STATUSES, st.integers(0, 9)), max_size=6))
def test_what_was_heard_once_is_not_heard_again(looks: list[tuple[str, list[int], str, int]]) -> None:
    seen, told = Seen(), list[str]()
    for status, notes, mapped, minute in looks:
        said = tuple(Said(f"N-{n}", f"note {n}") for n in notes)
        ticket = Ticket("T", status, updated=AT + timedelta(minutes=minute), notes=said)
        found, seen = heard(REOPENS, PLATFORM, seen, ticket, mapped or "closed")
        told += [act.text for act in found if act.text.startswith("note")]
        assert heard(REOPENS, PLATFORM, seen, ticket, mapped or "closed")[0] == ()
    assert len(told) == len(set(told))


def test_an_older_answer_that_comes_late_is_nothing() -> None:
    seen = Seen("inProgress", "inProgress", frozenset({"N-1"}), AT)
    late = Ticket("T", "acknowledged", updated=AT - timedelta(seconds=1), notes=(Said("N-2", "old"),))
    assert heard(REOPENS, PLATFORM, seen, late, "inProgress") == ((), seen)


def test_a_note_that_came_between_our_read_and_our_change_is_still_heard() -> None:
    mine, theirs = Said("N-1", "dispatched [qinglan#12]"), Said("N-2", "who comes?")
    answer = Ticket("T", "inProgress", notes=(mine, theirs), updated=AT)
    seen = agreed(PLATFORM, Seen("", "acknowledged"), answer, "inProgress")
    found, _seen = heard(REOPENS, PLATFORM, seen, answer, "inProgress")
    assert [act.text for act in found] == ["who comes?"]


def test_a_time_without_a_zone_is_chinas() -> None:
    assert moment("2026-11-26T11:00:00") == moment("2026-11-26T11:00:00+0800") == AT
    assert moment("2026-11-26T03:00:00.000Z") == AT
    assert moment("yesterday") is moment(None) is moment("9999-12-31T23:59:59-23:59") is None


def test_what_was_given_up_gets_its_time_again_when_it_changes(tmp_path: Path) -> None:
    engine = open_database(Settings(county=tmp_path, language="en"))
    fault = Faults(engine).report("u001", "no net", "", "", Actor("center", Role.CENTER))
    with transaction(engine) as session:
        where = store.place(session, "province", AT)
        row = session.get(store.BridgeDue, ("province", fault))
        assert row is not None
        row.given_up, row.attempts, row.due = True, 99, AT + timedelta(hours=1)
    later = AT + timedelta(days=9)
    Faults(engine).dispatch(fault, Actor("center", Role.CENTER))
    with transaction(engine) as session:
        where = store.place(session, "province", later)
        assert store.feed(session, where, later) == 1
        assert store.feed(session, where, later) == 0
        (row,) = store.waiting(session, "province", later, 9)
        assert (row.since, row.attempts) == (later, 0)
        store.settled(session, "province", fault, row.event - 1)
        assert len(store.all_due(session, "province")) == 1, "it changed since it was taken out"
        store.settled(session, "province", fault, row.event)
        assert list(store.all_due(session, "province")) == []
        assert session.scalars(select(FaultReport.id)).all() == [1]
    Reports(engine).add(1, [Picture(b"jpeg", 1, 1)], Actor("center", Role.CENTER))
    with transaction(engine) as session:
        where = store.place(session, "province", later)
        assert store.feed(session, where, later) == 1, "a photograph that is added later goes there, too"
        assert [row.fault for row in store.all_due(session, "province")] == [fault]
