"""The made-up county of the benchmark is a county: otherwise its figures would be those of an error."""

from datetime import date
from pathlib import Path

from benchmarks import prefecture
from countynet.vocabulary import Strength
from inventory.load import examine


def test_it_has_so_many_units_and_devices_and_nothing_is_wrong(tmp_path: Path) -> None:
    prefecture.write(tmp_path, units=30, devices=200)
    examined = examine(tmp_path, date(2026, 11, 25))
    assert examined.county is not None
    assert (len(examined.county.units), len(examined.county.devices)) == (30, 200)
    assert {p.strength for p in examined.problems} <= {Strength.ADVICE}
