"""The last look beside the inventory: whose each lease is, what is amiss, how full pools are, what a unit is told."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from countynet import clock
from countynet.db import open_database
from countynet.errors import BadInput, CountyError, DeviceError, Problem
from countynet.i18n import set_language
from countynet.settings import Settings
from inventory.model import County, Host
from playbooks.leases import show, watch
from playbooks.leases.parse import Said, parse
from playbooks.leases.standing import Standing, State
from tests.unit.playbooks.leases.scene import EVIL, OTHER, SERVER, county, said


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    set_language("en")
    return Settings.load(tmp_path / "county")


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    settings.state.mkdir(parents=True)
    engine = open_database(settings)
    yield engine
    engine.dispose()


def looked(settings: Settings, engine: Engine, answer: Said | CountyError, found: County | None = None) -> Standing:
    def ask(_settings: Settings, host: Host) -> Said:
        assert host.name == SERVER
        if isinstance(answer, CountyError):
            raise answer
        return answer

    return watch.look(settings, engine, found or county(), ask)


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


def test_each_lease_stands_to_the_inventory_in_one_way(settings: Settings, engine: Engine) -> None:
    found = looked(settings, engine, said(clock.now()))
    assert [
        (str(row.lease.address), row.unit.id if row.unit else "", row.terminal, row.state.value, row.words)
        for row in found.rows
    ] == [
        ("10.21.1.10", "u001", "pc-001", "reserved", ""),
        ("10.21.1.11", "u001", "unknown computer", "unknown", ""),
        ("10.21.2.100", "u002", "unknown computer", "unknown", ""),
        ("10.21.2.101", "u002", "pc-004", "elsewhere", "it is a terminal of u004"),
        ("10.21.2.102", "u002", "unknown computer", "expired", ""),
        ("10.21.4.77", "u004", "pc-004", "conflict", "10.21.4.10 is reserved for it"),
        ("10.21.3.9", "", "unknown computer", "outside", ""),
    ]
    assert found.look
    assert (found.look.said.read.wrong, found.look.said.read.sample) == (1, "this is no lease")


def test_an_address_of_the_inventory_with_another_computer_is_a_conflict(settings: Settings, engine: Engine) -> None:
    fixed = county().unit_by_id["u002"].terminals[0]
    assert fixed.mac is None
    lines = f"0 02:00:00:00:00:01 {fixed.address} * *\n0 {OTHER} 10.21.1.10 * *\n"
    own, other = looked(settings, engine, Said(parse(lines))).rows[::-1]
    assert (own.state, own.words) == (State.CONFLICT, f"the inventory gives this address to {fixed.name}")
    assert (other.state, other.terminal) == (State.CONFLICT, "pc-004")


@pytest.mark.parametrize(("taken", "full"), [(8, False), (9, True), (10, True)])
def test_a_pool_of_ten_is_pointed_out_from_the_ninth_on(
    settings: Settings, engine: Engine, taken: int, full: bool
) -> None:
    later = int((clock.now() + timedelta(hours=1)).timestamp())
    lines = [f"{later} 02:00:00:00:00:{n:02} 10.21.2.{100 + n} * *" for n in range(taken)]
    lines += [f"5 02:00:00:00:01:{n:02} 10.21.2.{100 + n} * *" for n in range(taken, 10)]
    lines += [f"{later} 02:00:00:00:02:00 10.21.2.110 * *"]
    (pool,) = looked(settings, engine, Said(parse("\n".join(lines)))).pools
    assert (pool.unit.id, pool.taken, pool.room, pool.full) == ("u002", taken, 10, full)


def test_a_unit_is_told_its_own_and_no_other_unit_s_terminal(settings: Settings, engine: Engine) -> None:
    whole = looked(settings, engine, said(clock.now()))
    own = whole.of_unit("u002")
    assert [(str(row.lease.address), row.terminal, row.state) for row in own.rows] == [
        ("10.21.2.100", "unknown computer", State.UNKNOWN),
        ("10.21.2.101", "a terminal of another unit", State.ELSEWHERE),
        ("10.21.2.102", "unknown computer", State.EXPIRED),
    ]
    assert "u004" not in str([row.document() for row in own.rows])
    assert [pool.unit.id for pool in own.pools] == ["u002"]
    assert whole.of_unit("u001").pools == ()
    assert whole.of_unit("u003").rows == ()
    assert "u004" in str([row.document() for row in whole.only("u002").rows])


def test_a_server_that_is_silent_keeps_what_it_said_and_the_reason_in_each_language(
    settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = clock.now()
    at(monkeypatch, began)
    first = looked(settings, engine, said(began))
    assert list(show.notes(first)) == [
        "Lines of the lease file that were not understood: 1; the first: this is no lease"
    ]
    at(monkeypatch, began + timedelta(hours=7))
    silent = looked(
        settings, engine, DeviceError(SERVER, "gave no SSH session at {address}", answer="\x1b[2Jx", address="::")
    )
    assert silent.look
    assert (silent.look.read, silent.look.at) == (began, began + timedelta(hours=7))
    assert [row.state for row in silent.rows] == [row.state for row in first.rows], "as the look saw it"
    words = " ".join(show.notes(silent))
    assert "srv-infra: gave no SSH session at :: (�[2Jx)" in words
    assert show.local(began) in words
    set_language("zh")
    assert "没有应答" in " ".join(show.notes(silent))
    assert "SSH session" not in " ".join(show.notes(silent)), "in the reader's language"
    assert "SSH" not in " ".join(show.about(silent, insider=False))
    answered = looked(settings, engine, said(began))
    assert answered.look
    assert (answered.look.answered, answered.look.words) == (True, "")


def test_what_has_not_been_seen_is_said(settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    before = watch.last(engine, county())
    assert (before.look, before.rows, before.pools) == (None, (), ())
    assert list(show.notes(before)) == ["The server has not been asked for its leases yet."]
    never = looked(settings, engine, BadInput([Problem("no key {braces}")]))
    assert never.pools == ()
    assert [note.split(" at ")[0] for note in show.notes(never)][-1] == "It has not answered any look yet."
    looked(settings, engine, Said(parse("")))
    at(monkeypatch, clock.now() + timedelta(minutes=16))
    assert [note.split(" at ")[0] for note in show.notes(watch.last(engine, county()))] == ["The last look was"], (
        "nobody looks any more"
    )


def test_a_county_that_gives_out_nothing_asks_nobody(settings: Settings, engine: Engine) -> None:
    whole = county().model_copy(update={"plan": county().plan.model_copy(update={"dhcp": None})})
    found = looked(settings, engine, DeviceError("x", "asked"), whole)
    assert (found.host, found.look, found.served) == (None, None, frozenset())
    assert show.document(found)["leases"] == []
    assert [note.split(" (")[0] for note in show.notes(found)] == ["This county gives out no addresses"]


def test_a_clock_that_is_wrong_is_said(settings: Settings, engine: Engine) -> None:
    for seconds, words in ((90, "90 s ahead of ours"), (-90, "90 s behind ours")):
        found = looked(settings, engine, Said(parse(""), timedelta(seconds=seconds)))
        assert list(show.notes(found)) == [f"The server's clock is {words}; ends are told by ours."]


def test_the_table_and_the_document_say_the_same(settings: Settings, engine: Engine) -> None:
    found = looked(settings, engine, said(clock.now()))
    document = show.document(found)
    assert (document["server"], document["answered"], document["lines_not_understood"]) == (SERVER, True, 1)
    assert isinstance(document["leases"], list)
    assert [one["address"] for one in document["leases"] if isinstance(one, dict)] == [
        show.cells(row)[1] for row in found.rows
    ]
    assert show.cells(found.rows[2])[4:6] == ("zhang-pc", "without end")
    assert show.cells(found.rows[1])[4] == EVIL


def test_the_clockwork_asks_the_server_that_the_files_name_and_reads_them_once(
    settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, loads, asked = county(), list[str](), list[str]()
    settings.county.mkdir(exist_ok=True)
    (settings.county / "county.yml").write_text("")

    def ask(_settings: Settings, host: Host) -> Said:
        asked.append(host.name)
        return Said(parse(""))

    def load(_folder: Path) -> County:
        loads.append("")
        return whole

    monkeypatch.setattr(watch, "load_county", load)
    for _turn in range(2):
        watch.turn(settings, engine, ask)
    assert (len(loads), asked) == (1, [SERVER, SERVER])
    whole = whole.model_copy(update={"plan": whole.plan.model_copy(update={"dhcp": None})})
    os.utime(settings.county / "county.yml", (1, 1))
    watch.turn(settings, engine, ask)
    assert (len(loads), asked) == (2, [SERVER, SERVER]), "nobody gives out addresses any more"


def test_a_county_that_cannot_be_read_asks_nobody(settings: Settings, engine: Engine) -> None:
    settings.county.mkdir(exist_ok=True)
    (settings.county / "county.yml").write_text("plan: [")
    watch.turn(settings, engine)
    assert watch.last(engine, county()).look is None
