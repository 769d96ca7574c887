"""What the preview says of bad survey files: file, sheet, row, column, value, what is wrong, what would be right."""

from pathlib import Path

import pytest

from inventory.model import County
from inventory.survey.preview import preview
from inventory.survey.reading import sources
from tests.unit.inventory.survey.cases import ALSO, CASES, Case
from tests.unit.inventory.survey.conftest import TODAY


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_trouble_is_named_with_its_place_and_what_would_be_right(
    case: Case, county: County, tmp_path: Path
) -> None:
    path = tmp_path / case.file
    if case.file == "link.xlsx":
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "elsewhere" / "real.xlsx").write_bytes(b"x")
        path.symlink_to(tmp_path / "elsewhere" / "real.xlsx")
    else:
        path.write_bytes(case.build())
    found = preview(county, sources([path]), TODAY).problems
    told = [((p.sheet, p.row, p.column), p.advice.message, p.suggestion()) for p in found]
    expected = (case.place, case.message, case.suggestion)
    assert expected in told
    assert {p.file for p in found} == {case.file}
    if case.name not in ALSO:
        assert told == [expected]


def test_there_are_enough_of_them() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 80
