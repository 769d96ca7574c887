"""Kinds are read strictly: every mistake of every description at once, with its line; a county's own go first."""

from pathlib import Path

import pytest

from countynet.errors import BadInput
from playbooks.applications.kinds import OWN, kinds, readable

WIKI = """kind: tickets
title: 工单
title_en: Tickets
does: 登记和处理工单
does_en: Registers and handles tickets
"""


def own(county: Path, name: str, text: str, role: bool = True) -> None:
    folder = county / OWN / name
    (folder / "role" / "tasks").mkdir(parents=True)
    (folder / "application.yml").write_text(text, encoding="utf-8")
    if role:
        (folder / "role" / "tasks" / "main.yml").write_text("[]\n")


def test_every_shipped_kind_is_well_described_and_none_needs_what_is_not_there(tmp_path: Path) -> None:
    found = kinds(tmp_path)
    assert {"wiki", "lending"} <= set(found)
    assert all(set(one.kind.needs) <= set(found) for one in found.values())
    assert all(one.kind.data for one in found.values())


def test_a_countys_own_kind_is_found_with_its_role_and_goes_before_a_shipped_one(tmp_path: Path) -> None:
    own(tmp_path, "tickets", WIKI)
    own(tmp_path, "wiki", WIKI.replace("kind: tickets", "kind: wiki"))
    found = kinds(tmp_path)
    assert found["tickets"].role == str(tmp_path / OWN / "tickets" / "role")
    assert found["wiki"].kind.title == "工单"


def test_every_mistake_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    wrong = WIKI + "packages: [Nginx]\nupstreem: 8001\nmemory_mb: much\nhealth: {path: health}\n"
    own(tmp_path, "tickets", wrong)
    own(
        tmp_path,
        "other",
        WIKI + "wheels: none.lock\ncode: [nothing]\nports: {x: {protocol: tcp, ports: [1]}}\n",
        role=False,
    )
    with pytest.raises(BadInput) as error:
        kinds(tmp_path)
    places = {(problem.file.rpartition("applications/")[2], problem.line) for problem in error.value.problems}
    first, second = "tickets/application.yml", "other/application.yml"
    assert places == {
        (first, 6),
        (first, 7),
        (first, 8),
        (first, 9),
        (second, 1),
        (second, 6),
        (second, 7),
        (second, 8),
    }
    found, problems = readable(tmp_path)
    assert ("tickets" in found, "wiki" in found, len(problems)) == (False, True, len(error.value.problems))
