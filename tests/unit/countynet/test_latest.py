"""The last result: it takes the place of the one before, and one that cannot be read is none."""

from pathlib import Path

from countynet import latest
from countynet.frozen import Frozen
from countynet.settings import Settings


class Result(Frozen):
    """What something found."""

    said: str


def test_the_last_result_is_read_back(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path / "county")
    assert latest.read(settings, "result.json", Result) is None
    for said in ("first", "第二"):
        latest.keep(settings, "result.json", Result(said=said))
    assert latest.read(settings, "result.json", Result) == Result(said="第二")
    assert [file.name for file in settings.state.iterdir()] == ["result.json"]


def test_what_another_version_wrote_is_none(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path / "county")
    latest.keep(settings, "result.json", Result(said="a"))
    (settings.state / "result.json").write_text('{"other": 1}')
    assert latest.read(settings, "result.json", Result) is None
