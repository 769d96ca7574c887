"""`monitor export`, `top` and `percentile` over a county with samples: whole, readable, and refusing typing errors."""

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from countynet.errors import BadInput
from countynet.settings import INFLUX_TOKEN_FILE, Settings
from inventory.create import EXAMPLE
from monitoring.cli import app
from monitoring.series.choose import open_series, token
from monitoring.series.export import csv_lines, protocol_lines
from monitoring.series.influx.line import Labels, plain
from monitoring.series.rates import COUNTERS
from monitoring.series.seam import Interface, Row
from tests.unit.monitoring.series.contract import HOSTILE, sample

Run = Callable[..., Any]
NOON = 1_793_937_600  # 2026-11-06 12:00 on the county's clock
LINE = Interface("cpe-001", "wan0")


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "county"
    shutil.copytree(EXAMPLE, folder)
    store = open_series(Settings(county=folder, language="en"))
    for step in range(24):
        at = NOON + 300 * step
        store.write(at, [sample(LINE, at, 1000.0 * step + 1000), sample(Interface("core-1", "trunk1"), at, 5e6)])
    store.close()
    return folder


@pytest.fixture
def run(county: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COUNTYNET_COUNTY", str(county))
    monkeypatch.setenv("COUNTYNET_LANG", "en")
    span = ("--since", "2026-11-06 12:00", "--until", "2026-11-06T13:00")
    return lambda *words, at=span: CliRunner().invoke(app, [*words, *at])


def test_csv_has_every_sample_of_the_span(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run("export", "--device", "cpe-001").stdout)))
    assert [row["bits_in"] for row in rows] == [str(1000 * step + 1000) for step in range(13)]
    assert (rows[0]["time"], rows[0]["interface"]) == ("2026-11-06T04:00:00Z", "wan0")
    assert rows[0]["discards_in"] == ""  # a gap is no zero


def test_line_protocol_has_the_unit_and_access_of_the_inventory(run: Run) -> None:
    lines = run("export", "--unit", "u001", "--format", "line").stdout.splitlines()
    assert len(lines) == 13
    assert lines[0].startswith("interface,access=")
    assert ",device=cpe-001,interface=wan0,unit=u001 bits_in=1000,bits_out=500," in lines[0]
    assert lines[0].endswith(f" {NOON}")


def test_a_name_that_nobody_knows_is_an_error_and_no_empty_file(run: Run) -> None:
    result = run("export", "--device", "cpe-0001", "--unit", "u9999")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "cpe-0001" in result.stderr
    assert "u9999" in result.stderr
    assert run("export", at=("--since", "2026-11-07", "--until", "2026-11-06")).exit_code == 2


def test_the_busiest_and_the_billed(run: Run) -> None:
    places = json.loads(run("top", "--json").stdout)
    assert [(place["device"], place["mean"]) for place in places] == [("core-1", 5e6), ("cpe-001", 7000)]
    assert run("top", "--by", "beauty").exit_code == 2
    (billed,) = json.loads(run("percentile", "--unit", "u001", "--month", "2026-11", "--json", at=()).stdout)
    assert (billed["unit"], billed["bits_in"], billed["windows"]) == ("u001", 23_000, 24)
    assert run("percentile", "--unit", "u9999", at=()).exit_code == 2


def test_names_stay_names_and_no_formula_reaches_a_spreadsheet() -> None:
    rates = (1.0, None, None, None, None, None, None, None)
    rows = [Row(NOON, Interface("cpe-001", name), rates) for name in ("=HYPERLINK(1)", 'a,b\n"c"')]
    _head, first, second = csv.reader(io.StringIO("".join(csv_lines(rows)), newline=""))
    assert (first[2], second[2]) == ("'=HYPERLINK(1)", 'a,b\n"c"')
    lines = "".join(protocol_lines([Row(NOON, port, rates) for port in HOSTILE], lambda _device: Labels())).splitlines()
    assert len(lines) == len(HOSTILE)
    assert plain("back%5Cslash%5C") == "back\\slash\\"
    assert len(COUNTERS) == len(rates)


def test_what_is_wholly_unknown_has_no_line_but_a_row() -> None:
    row = Row(NOON, LINE, (None,) * 8)
    assert list(protocol_lines([row], lambda _device: Labels())) == []
    assert len(list(csv_lines([row]))) == 2


def test_the_token_of_a_server_may_stand_in_a_file(county: Path, tmp_path: Path) -> None:
    file = tmp_path / "token"
    settings = Settings(county=county, language="en", influx_url="http://127.0.0.1:9", influx_token_file=file)
    with pytest.raises(BadInput) as wrong:
        token(settings)
    assert [(p.where, str(file) in p.found) for p in wrong.value.problems] == [(INFLUX_TOKEN_FILE, True)]
    file.write_text("a word\n")
    assert token(settings).get_secret_value() == "a word"
    assert "a word" not in repr(settings)


def test_samples_in_sqlite_need_no_server(run: Run) -> None:
    told = json.loads(run("store", "--json", at=()).stdout)
    assert told == [{"county": "county", "store": "SQLite", "buckets": "-"}]
