"""The rules as data: the shipped ones are whole, a county changes them, and every mistake is told with its line."""

from pathlib import Path

import pytest

from countynet.errors import BadInput
from inventory import load_county
from monitoring.rules.load import CHANGED, DEFAULT, OWN, read
from monitoring.rules.model import Threshold

COUNTY = load_county(Path(__file__).parents[4] / "inventory" / "example")


def test_the_shipped_rules_are_read_and_speak_both_languages() -> None:
    found = read(COUNTY, b"")
    assert {loaded.source for loaded in found} == {DEFAULT}
    assert {loaded.rule.kind for loaded in found} >= {"threshold", "rate", "flap", "baseline"}
    assert all(any("一" <= letter <= "鿿" for letter in loaded.rule.text_zh) for loaded in found)


def test_a_county_changes_some_fields_adds_its_own_and_switches_one_off() -> None:
    own = b"""
rules:
  - {name: cpu, above: 60, clear: 50, devices: [role=core]}
  - {name: fan, off: true}
  - {name: quiet-line, kind: absence, reading: sensor.rx-power, lasting: 600, severity: minor, text: t, text_zh: t}
"""
    found = {loaded.rule.name: loaded for loaded in read(COUNTY, own)}
    cpu = found["cpu"]
    assert isinstance(cpu.rule, Threshold)
    assert (cpu.source, cpu.rule.above, cpu.rule.lasting, cpu.devices) == (
        CHANGED,
        60,
        300,
        frozenset({"core-1", "core-2"}),
    )
    assert found["fan"].rule.off
    assert found["quiet-line"].source == OWN


def test_every_mistake_is_told_at_once_with_its_line() -> None:
    own = b"""
rules:
  - {name: cpu, above: hot}
  - {name: a, kind: threshold, reading: device.cpu, above: 1, below: 2, severity: minor, text: "{x}", text_zh: t}
  - {name: b, kind: sometimes, severity: minor}
  - {name: c, kind: threshold, reading: nothing, above: 1, clear: 2, severity: minor, text: t, text_zh: "{"}
  - {name: d, kind: flap, reading: port.up, changes: 1, within: 60, severity: minor, text: t, text_zh: t, colour: red}
  - {name: e, kind: baseline, reading: device.cpu, severity: minor, text: t, text_zh: t, devices: [role=nothing]}
  - {name: cpu, off: true}
  - not a rule
"""
    with pytest.raises(BadInput) as error:
        read(COUNTY, own)
    assert {problem.line for problem in error.value.problems} == {3, 4, 5, 6, 7, 8, 9, 10}
    assert all(problem.file == "monitoring/rules.yml" for problem in error.value.problems)
