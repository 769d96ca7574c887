"""The list of images: what is refused of it, and that a file is what it says."""

import hashlib
from pathlib import Path

import pytest

from countynet.errors import BadInput
from countynet.i18n import set_language, translate_error
from playbooks.day2.software.images import FILE, FOLDER, image, images, same_version, source

CONTENT = b"an image"
LINE = "- {{id: {id}, platform: {platform}, models: ['S57*'], version: V2, file: {file}, sha256: '{sha}'}}"
SHA = hashlib.sha256(CONTENT).hexdigest()


def county(tmp_path: Path, *lines: str) -> Path:
    set_language("en")
    (tmp_path / FOLDER).mkdir(exist_ok=True)
    (tmp_path / FILE).write_text("\n".join(["images:", *lines]) + "\n")
    return tmp_path


def line(name: str = "s57", platform: str = "huawei_vrp", file: str = "S57.cc", sha: str = SHA) -> str:
    return LINE.format(id=name, platform=platform, file=file, sha=sha)


def test_without_a_list_there_are_none(tmp_path: Path) -> None:
    assert images(tmp_path) == {}


def test_everything_that_is_wrong_is_said_at_once_with_its_line(tmp_path: Path) -> None:
    wrong = county(
        tmp_path, line(), line(), line("linux", "linux"), line("h3c", "h3c_comware"), line("out", file="../S57.cc")
    )
    with pytest.raises(BadInput) as found:
        images(wrong)
    assert [problem.line for problem in found.value.problems] == [3, 4, 5, 6]
    text = translate_error(found.value)
    assert "s57 is there twice" in text
    assert "devices of this platform are given no images" in text
    assert ".ipe" in text


def test_a_file_that_is_not_there_or_is_another_is_refused(tmp_path: Path) -> None:
    place = county(tmp_path, line())
    with pytest.raises(BadInput, match="1 problem") as missing:
        source(place, image(place, "s57"))
    assert "is not there" in translate_error(missing.value)
    (place / FOLDER / "S57.cc").write_bytes(CONTENT)
    assert source(place, image(place, "s57")) == place / FOLDER / "S57.cc"
    (place / FOLDER / "S57.cc").write_bytes(CONTENT + b"!")
    with pytest.raises(BadInput) as other:
        source(place, image(place, "s57"))
    assert "another SHA-256" in translate_error(other.value)
    with pytest.raises(BadInput) as none:
        image(place, "s58")
    assert none.value.problems[0].wanted == "s57"


def test_versions_are_one_whatever_blanks_they_have() -> None:
    assert same_version("7.1.070, Release  6616P05", "7.1.070, Release 6616P05 ")
    assert not same_version("V200R019C10SPC500", "V200R019C10SPC50")
