"""Only what was asked for changes; every other byte stays."""

import difflib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countynet.errors import CountyError
from inventory.create import EXAMPLE
from inventory.record.changes import put
from inventory.record.splice import Items, items, splice
from inventory.record.values import Texts, flow

FILES = {path.name: path.read_bytes() for path in EXAMPLE.glob("*.yml")}
NOW = items(FILES)
ONE = "units:\n  - id: u001\n    name: 甲\n    kind: party\n"


def spliced(text: str, **wanted: dict[str, Texts] | None) -> str:
    """Return a file of units after bringing some of them to what is wanted."""
    target = {("units", key): value for key, value in wanted.items()}
    changed = splice({"units.yml": text.encode()}, target)
    return changed.get("units.yml", text.encode()).decode()


def test_one_field_is_one_line() -> None:
    wanted = put(NOW["units", "u002"], "officer.telephone", "16900000000")
    changed = splice(FILES, {("units", "u002"): wanted})
    assert list(changed) == ["units.yml"]
    difference = difflib.ndiff(FILES["units.yml"].decode().splitlines(), changed["units.yml"].decode().splitlines())
    told = [line for line in difference if line.startswith(("+", "-"))]
    assert [line[0] for line in told] == ["-", "+"]
    assert told[1] == "+     officer: {name: 孙亮, title: 信息员, telephone: 16900000000}"


def test_what_is_asked_for_already_changes_nothing() -> None:
    assert splice(FILES, dict(NOW)) == {}


def test_a_new_field_stands_behind_the_last_one() -> None:
    text = "units:\n  - id: u001\n    name: 甲 # 注\n\n  # 下一个\n  - id: u002\n    name: 乙\n"
    after = spliced(text, u001={"id": "u001", "name": "甲", "kind": "party"})
    assert after == text.replace("甲 # 注\n", "甲 # 注\n    kind: party\n")


def test_a_field_goes_with_its_line_and_comment() -> None:
    text = "units:\n  - id: u001\n    name: 甲  # 旧名\n    kind: party\n"
    assert spliced(text, u001={"id": "u001", "kind": "party"}) == "units:\n  - id: u001\n    kind: party\n"


def test_the_first_field_can_go_too() -> None:
    text = "units:\n  - name: 甲\n    id: u001\n"
    assert spliced(text, u001={"id": "u001"}) == "units:\n  - id: u001\n"


def test_flow_items_stay_on_their_line() -> None:
    text = "units:\n  - {id: u001, name: 甲, kind: party}  # 注\n"
    assert spliced(text, u001={"id": "u001", "name": "乙"}) == "units:\n  - {id: u001, name: 乙}  # 注\n"
    more = spliced(text, u001={"id": "u001", "name": "甲", "kind": "party", "lan": "10.0.0.0/24"})
    assert more == "units:\n  - {id: u001, name: 甲, kind: party, lan: 10.0.0.0/24}  # 注\n"
    assert spliced(text, u002={"id": "u002"}) == text + "  - {id: u002}\n"


def test_a_flow_item_over_several_lines() -> None:
    text = "units:\n  - {id: u001,\n     name: 甲,   # 注\n     kind: party}\n"
    after = spliced(text, u001={"id": "u001", "name": "乙", "kind": "party"})
    assert after == text.replace("name: 甲", "name: 乙")


def test_block_scalars_and_quotes_are_replaced_whole() -> None:
    text = 'units:\n  - id: u001\n    name: |\n      甲\n      乙\n    kind: "par\\\n      ty"\n    building: admin\n'
    after = spliced(text, u001={"id": "u001", "name": "丙", "kind": "group", "building": "admin"})
    assert after == "units:\n  - id: u001\n    name: 丙\n    kind: group\n    building: admin\n"


def test_windows_line_ends_stay() -> None:
    text = ONE.replace("\n", "\r\n")
    after = spliced(text, u001={"id": "u001", "name": "乙", "kind": "party", "lan": "10.0.0.0/24"})
    assert after == "units:\r\n  - id: u001\r\n    name: 乙\r\n    kind: party\r\n    lan: 10.0.0.0/24\r\n"


def test_a_file_without_a_last_line_feed() -> None:
    text = ONE.rstrip("\n")
    assert spliced(text, u002={"id": "u002"}) == text + "\n  - id: u002\n"
    assert spliced(text, u001=None) == "units: []\n"


def test_an_item_leaves_its_neighbours_comments() -> None:
    text = "units:\n  # 一\n  - id: u001\n  # 二\n  - id: u002\n  # 末\n"
    assert spliced(text, u001=None) == "units:\n  # 一\n  # 二\n  - id: u002\n  # 末\n"


def test_the_last_item_leaves_an_empty_list_that_can_be_filled_again() -> None:
    empty = spliced(ONE, u001=None)
    assert items({"f.yml": empty.encode()}) == {}
    again = spliced(empty, u009={"id": "u009", "name": "乙"})
    assert items({"f.yml": again.encode()}) == {("units", "u009"): {"id": "u009", "name": "乙"}}


def test_a_section_that_no_file_has_gets_its_own() -> None:
    changed = splice(FILES, {("backup_lines", "spare-1"): {"id": "spare-1", "unit": "u089"}})
    home = next(iter(changed))
    assert items(changed)["backup_lines", "spare-1"] == {"id": "spare-1", "unit": "u089"}
    assert home.startswith("backup") or home in FILES


def test_the_plan_is_changed_in_place() -> None:
    wanted = put(NOW["plan", "plan"], "operator.telephone", "0609-3119999")
    changed = splice(FILES, {("plan", "plan"): wanted})
    assert list(changed) == ["county.yml"]
    assert changed["county.yml"].decode().count("0609-3119999") == 1


@pytest.mark.parametrize("text", ["units: &a\n  - {<<: *a}\n", "units:\n  - id: u001\n    name: [甲\n", "a: b: c"])
def test_what_cannot_be_spliced_is_said_and_not_guessed(text: str) -> None:
    with pytest.raises(CountyError):
        spliced(text, u001={"id": "u001", "name": "乙"}, u002={"id": "u002"})


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12).map(str.strip)
TRAPS = (
    "no ~ null 0609-3111111 1e3 #x [a {b ' \" &a *a !t % @ ` 2026-01-01 12:30 0{ a,b ? - :".split()  # noqa: SIM905
    + ["- a", "a: b", "a #b", "a, b"]
)
VALUE = st.one_of(
    TEXT.filter(bool),
    st.sampled_from(TRAPS),
    st.lists(TEXT.filter(bool), min_size=1, max_size=3),
    st.lists(st.dictionaries(st.sampled_from(["name", "mac"]), TEXT.filter(bool), min_size=1), min_size=1, max_size=2),
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(["name", "note", "terminals", "leader"]), VALUE, max_size=4), st.data())
@settings(max_examples=120, deadline=None)
def test_what_is_written_is_what_is_read(fields: dict[str, Texts], data: st.DataObject) -> None:
    layout = data.draw(
        st.sampled_from([ONE, "units:\n- {id: u001, name: 甲}\n", 'units:\n    -   id: "u001"\n        name: 甲\n'])
    )
    wanted: Items = {"id": "u001", **fields}
    after = spliced(layout, u001=wanted)
    assert items({"f.yml": after.encode()})["units", "u001"] == wanted


@given(st.sets(st.sampled_from(sorted(NOW)), max_size=30), st.integers())
@settings(max_examples=25, deadline=None)
def test_any_items_of_the_example_can_go_or_change(keys: set[tuple[str, str]], seed: int) -> None:
    keys.discard(("plan", "plan"))
    target: dict[tuple[str, str], Items | None] = {
        key: None if (seed >> i) % 2 else {**NOW[key], "note": f"第 {i} 项"} for i, key in enumerate(sorted(keys))
    }
    after = {**FILES, **splice(FILES, target)}
    wanted = {**{k: v for k, v in NOW.items() if k not in target}, **{k: v for k, v in target.items() if v is not None}}
    assert items(after) == wanted


@pytest.mark.parametrize("text", ["", "~", "null", "a: b", "- a", "multi\nline", "#", " a ", "{", "é", "是"])
def test_a_scalar_comes_back_as_it_was(text: str) -> None:
    assert items({"f.yml": f"units:\n  - id: u1\n    name: {flow(text)}\n".encode()})["units", "u1"]["name"] == text
