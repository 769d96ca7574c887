"""From survey rows to edits, and to one commit that a second import does not repeat."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from countynet.i18n import set_language
from countynet.settings import Settings
from inventory import load_county
from inventory.create import create_folder, create_repository
from inventory.model import County
from inventory.record import Author, Edit, Put, Repository, Set
from inventory.survey.edits import edits
from tests.unit.inventory.survey.books import FORESTRY, NEW, csv_of, table
from tests.unit.inventory.survey.conftest import TODAY, Look

FULL = {
    **FORESTRY,
    "信息员": "高飞",
    "信息员电话": "16911110001",
    "是否上网": "是",
    "MAC地址": "0011-2233-4455",
    "印章编号": "3406090012345",
    "证书序列号": "4A3F00C19B27",
    "证书颁发日期": "2026-03-02",
    "证书有效期至": "2029-03-01",
    "合同编号": "QLDX-2026-X963",
}


def made(look: Look, county: County, *rows: Mapping[str, object]) -> tuple[Edit, ...]:
    found = look({"f.xlsx": table(*rows)})
    assert [p.problem() for p in found.problems] == []
    return edits(county, found.entries, TODAY)


def test_only_what_differs_is_an_edit(look: Look, county: County) -> None:
    officer = county.unit_by_id["u063"].officer
    assert officer is not None
    assert made(look, county, {**FORESTRY, "信息员": officer.name, "单位性质": "政府部门", "备注": 1}) == ()
    assert made(look, county, {**FORESTRY, "单位性质": "事业单位"}) == (Set("units", "u063", "kind", "institution"),)


def test_an_empty_cell_changes_nothing(look: Look, county: County) -> None:
    assert made(look, county, {**FORESTRY, "信息员": "", "信息员电话": "无", "印章编号": "/", "上级单位": None}) == ()


def test_every_answer_becomes_its_edit(look: Look, county: County) -> None:
    found = made(look, county, FULL)
    assert Set("units", "u063", "officer.name", "高飞") in found
    assert Set("units", "u063", "officer.telephone", "16911110001") in found
    assert Set("units", "u063", "may_browse", True) in found
    assert Set("circuits", "line-063", "contract", "QLDX-2026-X963") in found
    assert Put("seals", {"id": "seal-063", "unit": "u063", "name": "清岚县林业局", "number": "3406090012345"}) in found
    terminals = next(e.value for e in found if isinstance(e, Set) and e.field == "terminals")
    assert isinstance(terminals, list)
    assert [t["mac"] for t in terminals if isinstance(t, dict)] == ["00:11:22:33:44:55"]
    assert [e.item["holder"] for e in found if isinstance(e, Put) and e.section == "certificates"] == ["清岚县林业局"]


def test_an_adsl_unit_moves_with_its_cpe_and_brings_a_new_place(look: Look, county: County) -> None:
    found = made(look, county, {**FORESTRY, "办公地点": "白云山庄", "经度": 118.21, "纬度": 30.37})
    assert [e.section for e in found] == ["buildings", "units", "devices"]
    assert found[1:] == (
        Set("units", "u063", "building", "place-001"),
        Set("devices", "cpe-063", "building", "place-001"),
    )


def test_a_new_unit_comes_from_the_address_plan_after_its_new_parent(look: Look, county: County) -> None:
    below = {**NEW, "单位名称": "清岚县老年大学东校区", "单位性质": "分支机构", "上级单位": "清岚县老年大学",
             "分管领导": "郑重", "信息员": None, "信息员电话": None, "印章编号": "3406090099999"}  # fmt: skip
    found = made(look, county, below, NEW)
    units = [e.item for e in found if isinstance(e, Put) and e.section == "units"]
    assert [(unit["name"], unit.get("parent")) for unit in units] == [
        ("清岚县老年大学", None),
        ("清岚县老年大学东校区", units[0]["id"]),
    ]
    assert len({e.key for e in found if isinstance(e, Put) and e.section == "cables"}) == 4
    assert [e.item["unit"] for e in found if isinstance(e, Put) and e.section == "seals"] == [units[1]["id"]]


def test_two_new_units_in_one_new_place_bring_it_once(look: Look, county: County) -> None:
    place = {"办公地点": "白云山庄", "经度": 118.21, "纬度": 30.37, "接入方式": "ADSL"}
    second = {**NEW, **place, "单位名称": "清岚县地震台", "信息员": "钱多", "信息员电话": "16911113333"}
    found = made(look, county, {**NEW, **place}, second)
    assert [e.key for e in found if isinstance(e, Put) and e.section == "buildings"] == ["place-001"]


def test_a_new_unit_that_the_plan_has_no_room_for_is_a_problem_of_its_row(look: Look, county: County) -> None:
    many = [
        {**NEW, "单位名称": f"清岚县专班{sign}", "信息员": None, "信息员电话": None, "接入方式": "光纤"}
        for sign in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥东南西北"
    ]
    found = look({"f.xlsx": table(*many)})
    assert {p.advice.message for p in found.problems} == {"no building switch has a free port in {building}"}
    assert {p.column for p in found.problems} == {"C"}
    assert found.edits == ()


def test_units_above_each_other_in_a_circle_are_a_problem_of_each(look: Look) -> None:
    first = {**NEW, "单位名称": "清岚县甲队", "上级单位": "清岚县乙队", "信息员": None, "信息员电话": None}
    second = {**first, "单位名称": "清岚县乙队", "上级单位": "清岚县甲队"}
    found = look({"f.xlsx": table(first, second)})
    assert [p.advice.message for p in found.problems] == ["the units above this one come back to it"] * 2


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("COUNTYNET_COUNTY", str(tmp_path / "county"))
    monkeypatch.setenv("COUNTYNET_LANG", "en")
    monkeypatch.chdir(tmp_path)
    set_language("en")
    found = Settings.load()
    create_folder(found)
    create_repository(found)
    return found


def run(*words: str) -> tuple[int, str]:
    from inventory.survey.cli import app

    result = CliRunner().invoke(app, list(words))
    return result.exit_code, result.output


def test_an_import_is_one_commit_and_a_second_one_changes_nothing(settings: Settings, tmp_path: Path) -> None:
    repository, forms = Repository(settings), tmp_path / "forms"
    forms.mkdir()
    (forms / "a.csv").write_bytes(csv_of({**FORESTRY, "信息员": "高飞", "信息员电话": "16911110001"}, encoding="gbk"))
    (forms / "b.csv").write_bytes(csv_of({"单位名称": "清岚县水利局", "是否上网": "是"}, encoding="utf-16"))
    before = repository.head()
    assert run("import", str(forms), "--preview")[0] == 0
    assert repository.head() == before
    assert run("import", str(forms), "--reason", "survey of June")[0] == 0
    after = repository.head()
    assert repository.git.text("rev-list", "--count", f"{before}..{after}") == "1"
    county = load_county(settings.county)
    assert county.unit_by_id["u063"].officer is not None
    assert county.unit_by_id["u063"].officer.name == "高飞"
    code, said = run("import", str(forms), "--json")
    assert (code, '"changed": false' in said, repository.head()) == (0, True, after)


def test_a_problem_anywhere_commits_nothing_and_leaves_marked_copies(settings: Settings, tmp_path: Path) -> None:
    repository, forms = Repository(settings), tmp_path / "forms"
    (forms / "town").mkdir(parents=True)
    (forms / "good.csv").write_bytes(csv_of({**FORESTRY, "是否上网": "是"}))
    (forms / "town" / "bad.xlsx").write_bytes(table({"单位名称": "城关镇", "信息员": None}))
    before, original = repository.head(), (forms / "town" / "bad.xlsx").read_bytes()
    code, said = run("import", str(forms), "--json")
    assert code == 2
    assert '"suggestion": "城关镇人民政府"' in said
    assert repository.head() == before
    assert (forms / "town" / "bad.xlsx").read_bytes() == original
    assert [str(p.relative_to(tmp_path)) for p in (tmp_path / "corrected").rglob("*.xlsx")] == [
        "corrected/town/bad.xlsx"
    ]
    run("import", str(forms), "--preview")
    assert len(list((tmp_path / "corrected" / "town").iterdir())) == 2


def test_a_missing_folder_is_said_so(settings: Settings) -> None:
    code, _said = run("import", "nowhere")
    assert code == 2


def test_a_new_unit_is_committed_with_its_keys(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_bytes(csv_of({**NEW, "办公地点": "林业局办公楼", "接入方式": "ADSL"}))
    code, said = run("import", str(tmp_path / "new.csv"))
    assert code == 0, said
    assert "清岚县老年大学" in {unit.name for unit in load_county(settings.county).units}
    assert Repository(settings).git.text("status", "--porcelain") == ""


def test_the_author_of_an_import_is_who_sits_at_the_shell(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(csv_of({**FORESTRY, "是否上网": "是"}))
    assert run("import", str(tmp_path / "a.csv"), "-m", "because")[0] == 0
    (entry,) = Repository(settings).git.log("HEAD~1..HEAD")
    assert entry.reason == "because"
    assert isinstance(entry.author, str | Author)
