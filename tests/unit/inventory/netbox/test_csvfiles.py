"""The CSV files: NetBox's own headers, in an order in which they can be imported, no formula in any cell.

Every file of the example county was imported into a NetBox 4.7.3 by its own form; an export by REST afterwards found
nothing to correct but what the format cannot say (docs/netbox.md).
"""

import csv
import io
from pathlib import Path

import pytest

from countynet.errors import CountyError
from inventory.model import County
from inventory.netbox.csvfiles import FILES, LEFT_OUT, cell, files, write
from inventory.netbox.kinds import KINDS
from inventory.netbox.mapping import things
from inventory.netbox.thing import Ref
from tests.unit.inventory.netbox.scenes import changed


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_every_kind_is_written_in_the_order_of_making_or_said_to_be_left_out(county: County) -> None:
    found = things(county)
    names = [name.removesuffix(".csv").split("-", 1)[1].replace("-", "_") for name in sorted(files(found))]
    assert names == [kind for kind in KINDS if kind in FILES and found[kind]]
    assert set(KINDS) - set(FILES) == {*LEFT_OUT, "primaries"}


def test_each_file_has_a_row_for_each_object_and_as_many_cells_as_headers(county: County) -> None:
    found = things(county)
    for name, (text, count) in files(found).items():
        lines = list(csv.reader(io.StringIO(text)))
        assert len(lines) == count + 1, name
        assert {len(line) for line in lines} == {len(lines[0])}
        assert len(set(lines[0])) == len(lines[0])


def test_references_are_by_slug_so_that_equal_names_do_not_matter(county: County) -> None:
    found = files(things(county))
    device = next(r for r in rows(found["14-devices.csv"][0]) if r["name"] == "cpe-001")
    assert (device["site.slug"], device["tenant.slug"], device["role.slug"]) == ("admin", "u001", "cpe")
    cable = next(r for r in rows(found["21-cables.csv"][0]) if r["label"] == "cable-pc-001")
    assert [cable[f"side_{s}_{f}"] for s in "ab" for f in ("device", "name")] == ["cpe-001", "lan0", "pc-001", "eth0"]


def test_the_management_address_is_marked_primary(county: County) -> None:
    addresses = rows(files(things(county))["20-addresses.csv"][0])
    primary = {(r["device"], r["address"].split("/")[0]) for r in addresses if r["is_primary"] == "true"}
    assert {(d.name, str(d.management)) for d in county.devices} <= primary


@pytest.mark.parametrize("text", ["=1+1", "+86 1", "-2", "@x", "\tx", "\rx", '=HYPERLINK("http://x")', "|calc"])
def test_a_text_that_a_spreadsheet_could_run_begins_with_a_space_that_netbox_strips(text: str) -> None:
    assert cell(text) == f" {text}"


def test_numbers_are_no_formulas() -> None:
    assert [cell(value) for value in (-118.2, -3, 0.5, True, False, None)] == [
        "-118.2",
        "-3",
        "0.5",
        "true",
        "false",
        "",
    ]


def test_commas_quotes_and_line_breaks_survive(county: County) -> None:
    odd = 'a "b", c\nd'
    text = files(changed(things(county), Ref("tenants", "u001"), description=odd))["05-tenants.csv"][0]
    assert next(r for r in rows(text) if r["slug"] == "u001")["description"] == odd


def test_a_folder_that_cannot_be_written_is_named(county: County, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CountyError):
        write(things(county), tmp_path / "file" / "below")
