"""Who sent it, what a county's own table of notifications may say."""

from pathlib import Path

import pytest

from countynet.errors import BadInput
from inventory import load_county
from monitoring.receive.senders import MOST, Senders, addresses
from monitoring.receive.traps.kinds import COUNTY, kinds


def test_a_device_is_known_by_its_management_address_and_by_its_transits() -> None:
    county = load_county(Path(__file__).parents[4] / "inventory" / "example")
    known = Senders(addresses(county))
    assert known.of(str(county.device_by_name["core-1"].management)) == "core-1"
    assert known.of("10.254.0.2") == "core-2"
    assert known.of("192.0.2.1") == ""


def test_forged_addresses_do_not_fill_the_memory() -> None:
    known = Senders({})
    for number in range(MOST + 50):
        known.strange(f"a{number}", 1.0)
    known.strange("a0", 2.0, "said")
    assert (len(known.strangers), known.beyond, known.strangers["a0"].count) == (MOST, 50, 2)


def test_a_county_names_its_own_notifications_and_every_mistake_is_told(tmp_path: Path) -> None:
    file = tmp_path / COUNTY
    file.parent.mkdir()
    file.write_text("traps:\n- {oid: 1.3.6.1.4.1.2011.1, name: own, kept: true}\n", encoding="utf-8")
    assert kinds(tmp_path)["1.3.6.1.4.1.2011.1"].kept
    file.write_text("traps:\n- {oid: hello, name: own}\n- {oid: 1.3.6, name: own, part: x, keep: 1}\nother: 1\n")
    with pytest.raises(BadInput) as error:
        kinds(tmp_path)
    assert sorted({problem.line for problem in error.value.problems}) == [2, 3, 4]
