"""All rules together: one alarm each, none about what is quiet, and none that stays for ever."""

from pathlib import Path
from typing import Any

from countynet.vocabulary import LineState
from inventory import load_county
from inventory.model import County
from monitoring.rules.engine import GONE, Engine
from monitoring.rules.load import Loaded
from monitoring.rules.model import KINDS
from monitoring.rules.quiet import Quiet
from monitoring.rules.reading import Key, Reading
from monitoring.rules.words import number, scaled, trouble

COUNTY: County = load_county(Path(__file__).parents[4] / "inventory" / "example")


def loaded(kind: str = "threshold", **fields: Any) -> Loaded:
    whole: dict[str, Any] = {
        "name": "r",
        "reading": "device.cpu",
        "severity": "minor",
        "text": "{device} {value}",
        "text_zh": "{value}",
    }
    whole |= {"clearing": 0, **({"above": 90} if kind == "threshold" else {}), **fields}
    return Loaded(KINDS[kind].model_validate({"kind": kind, **whole}), "default")


def cpu(device: str, value: float, at: float) -> Reading:
    return Reading(Key("device.cpu", device), value, at)


def test_an_alarm_opens_once_and_closes_once() -> None:
    engine = Engine([loaded()])
    assert [s.alarm for s in engine.turn([cpu("a", 99, 0), cpu("b", 5, 0)], (), 0, None).opened] == ["rule:r:a:"]
    assert not engine.turn([cpu("a", 99, 1), cpu("b", 5, 1)], (), 1, None).opened
    assert engine.turn([cpu("a", 5, 2), cpu("b", 5, 2)], (), 2, None).closed == ("rule:r:a:",)
    assert engine.turn([cpu("a", 5, 3)], (), 3, None).closed == ()


def test_what_is_quiet_opens_nothing_and_its_past_does_not_count() -> None:
    engine = Engine([loaded(lasting=60)])
    engine.turn([cpu("a", 99, 0)], (), 0, None)
    assert not engine.turn([cpu("a", 99, 50)], {"a"}, 50, None).opened
    assert not engine.turn([cpu("a", 99, 70)], (), 70, None).opened
    assert engine.turn([cpu("a", 99, 131)], (), 131, None).opened


def test_an_alarm_that_is_open_stays_while_its_device_is_shadowed() -> None:
    engine = Engine([loaded()])
    engine.turn([cpu("a", 99, 0)], (), 0, None)
    assert engine.turn([cpu("a", 5, 1)], {"a"}, 1, None).closed == ()
    assert engine.turn([cpu("a", 5, 2)], (), 2, None).closed == ("rule:r:a:",)


def test_a_restart_neither_opens_again_nor_forgets() -> None:
    engine = Engine([loaded()], standing={"rule:r:a:"})
    assert not engine.turn([cpu("a", 99, 0)], (), 0, None).opened
    assert engine.turn([cpu("a", 5, 1)], (), 1, None).closed == ("rule:r:a:",)


def test_the_alarm_of_a_rule_that_is_gone_closes_at_once_and_of_a_device_that_is_gone_after_an_hour() -> None:
    engine = Engine([loaded()], standing={"rule:old:a:", "rule:r:gone:"})
    assert engine.turn([cpu("a", 5, 0)], (), 0, None).closed == ("rule:old:a:",)
    assert engine.turn([cpu("a", 5, GONE + 1)], (), GONE + 1, None).closed == ("rule:r:gone:",)


def test_a_rule_is_about_those_that_it_selects() -> None:
    one = loaded("flap", changes=2, within=60, reading="port.up", parts=["x-*"], clearing=30)
    engine = Engine([Loaded(one.rule, "county", frozenset({"core-1"}))])
    for turn in range(4):
        ports = [("core-1", "x-core2"), ("core-1", "u1"), ("core-2", "x-core1")]
        readings = [Reading(Key("port.up", device, port), float(turn % 2), turn) for device, port in ports]
        engine.turn(readings, (), float(turn), None)
    assert engine.standing == {"rule:r:core-1:x-core2"}
    assert engine.watched == {"r": 1}


def test_further_changes_are_counted_on_the_open_alarm() -> None:
    engine = Engine([loaded("flap", changes=2, within=60, reading="port.up", clearing=30)])
    turns = [engine.turn([Reading(Key("port.up", "a", "p"), float(n % 2), n)], (), float(n), None) for n in range(5)]
    assert [[f.changes for f in turn.opened.values()] for turn in turns] == [[], [], [2], [], []]
    assert [[f.changes for f in turn.counted.values()] for turn in turns] == [[], [], [], [3], [4]]


def test_baselines_are_judged_when_there_is_history_and_say_when_it_is_too_short() -> None:
    engine = Engine([loaded("baseline", reading="port.bits-in", weeks=4, least=3)])
    key = Key("port.bits-in", "a", "p")
    assert not engine.turn([Reading(key, 1.0, 0)], (), 0, None).opened
    assert not engine.turn(
        [Reading(key, 1.0, 1)], (), 1, lambda _k, weeks: (900.0, [1.0, None, None, None][:weeks])
    ).opened
    assert engine.too_few == {"r": 1}
    assert engine.turn([Reading(key, 1.0, 2)], (), 2, lambda _k, weeks: (900.0, [1.0] * weeks)).opened
    assert not engine.turn([Reading(key, 1.0, 3)], (), 3, None).closed


def test_a_rule_about_ourselves_speaks_though_everything_is_unknown() -> None:
    engine = Engine([loaded(reading="self.poll-age", above=60)])
    assert engine.turn([Reading(Key("self.poll-age", "station"), 90.0, 0)], {"station"}, 0, None).opened


def test_a_long_part_makes_a_key_that_fits_and_is_its_own() -> None:
    engine = Engine([loaded(reading="sensor.temperature")])
    parts = ["p" * 120 + end for end in "ab"]
    turn = engine.turn([Reading(Key("sensor.temperature", "a", part), 99.0, 0) for part in parts], (), 0, None)
    assert len({s.alarm for s in turn.opened}) == 2
    assert all(len(s.alarm) <= 100 for s in turn.opened)


def test_a_server_behind_a_dead_firewall_pair_is_quiet_and_behind_one_of_two_is_not() -> None:
    quiet = Quiet(COUNTY)
    one = quiet({"fw-1": LineState.DOWN, "fw-2": LineState.UP}, ())
    both = quiet({"fw-1": LineState.DOWN}, {"fw-2"})
    assert "srv-portal" not in one
    assert {"fw-1", "fw-2"} <= both
    assert quiet({}, ()) == frozenset()


def test_the_sentence_is_in_both_languages_with_its_numbers() -> None:
    engine = Engine([loaded()])
    ((subject, finding),) = engine.turn([cpu("core-1", 97.25, 0)], (), 0, None).opened.items()
    told = trouble(engine.rules[0].rule, subject, finding)
    assert (told.values["said_en"], told.values["said"], told.device) == ("core-1 97.2", "97.2", "core-1")
    assert told.message.format(**told.values) == "core-1 97.2"
    assert [number(v) for v in (3.0, 3.14, 12345.6)] == ["3", "3.1", "12346"]
    assert [scaled(v) for v in (5.0, 2e6, 1.5e9)] == ["5", "2.0 M", "1.5 G"]
