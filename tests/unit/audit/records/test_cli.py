"""The commands in the name of every role: records and acceptances, what each may, and what is refused."""

import json
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from PIL import Image
from typer.testing import CliRunner

import inventory
from audit.cli import app
from audit.records.model import Kind
from audit.records.service import Records
from countynet.i18n import language, set_language
from countynet.settings import Settings
from tests.unit.audit.records import things
from tests.unit.audit.records.things import ADMIN, AUDITOR, CENTER, CLERK, OPERATOR, SECOND

Run = Callable[..., Any]
PEOPLE = {"center": CENTER, "operator": OPERATOR, "auditor": AUDITOR, "u031": CLERK, "admin": ADMIN, "chief": SECOND}
ROLES = ("center", "operator", "auditor", "u031", "admin")
TYPED = {"visit": things.visit, "drill": things.drill, "training": things.training, "regulation": things.regulation}


@pytest.fixture
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Records]:
    example = Path(inventory.__file__).parent / "example"
    for file in example.glob("*.yml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.setenv("COUNTYNET_COUNTY", str(tmp_path))
    monkeypatch.setenv("COUNTYNET_LANGUAGE", "en")
    before = language()
    set_language("en")
    found = things.records(Settings.load().county)
    things.sign_up(found.engine, *PEOPLE.values())
    yield found
    set_language(before)
    found.engine.dispose()


@pytest.fixture
def run(records: Records, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command; return its exit code and, with `--json`, its document."""

    def it(*words: str) -> tuple[int, Any]:
        monkeypatch.setattr(sys, "argv", ["countynet", "audit", *words])
        done = CliRunner().invoke(app, list(words))
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, json.loads(done.stdout) if "--json" in words else done.stdout

    return it


def fields(kind: str) -> list[str]:
    said = {name: text if isinstance(text, str) else "\n".join(text) for name, text in TYPED[kind]().items()}
    return [word for name, text in said.items() for word in ("--set", f"{name}={text}".replace("\n", "\\n"))]


def test_every_role_registers_sees_and_moves_what_it_may_and_nothing_else(run: Run, records: Records) -> None:
    writers = {"visit": {"center", "operator"}, "regulation": {"center"}}
    readers = {"center", "auditor"}
    for kind in writers:
        records.add(Kind(kind), TYPED[kind](), CENTER)
        for login in ROLES:
            may = login in writers[kind]
            assert run("records", "add", kind, "--as", login, *fields(kind))[0] == (0 if may else 1), (kind, login)
            assert run("records", "list", kind, "--as", login)[0] == (0 if may or login in readers else 1)
            assert run("records", "show", kind, "1", "--as", login)[0] == (0 if login in readers else 1)
            step = ["records", "step", kind, "1", "withdraw", "--set", "note=x", "--as", login]
            correct = ["records", "correct", kind, "1", "--set", "reason=x", "--as", login]
            if login != "center":
                assert run(*step)[0] == run(*correct)[0] == 1, (kind, login)
        assert run("records", "correct", kind, "1", "--set", "reason=typing", "--as", "chief")[0] == 0
    for login in ROLES:
        assert run("records", "readers", "--as", login)[0] == (0 if login in readers else 1)


def test_only_the_center_accepts_and_takes_back(run: Run) -> None:
    words = ["accept", "telnet-off", "--reason", "replaced in December", "--until", "2027-01-31"]
    for login in ROLES:
        may = login == "center"
        assert run(*words, "--as", login)[0] == (0 if may else 2), login
    for login in reversed(ROLES):
        assert run("withdraw", "1", "--as", login)[0] == (0 if login == "center" else 2)
    assert run("withdraw", "1", "--as", "chief")[0] == 1  # it is back already


def test_a_visit_with_a_photograph_and_a_workbook(run: Run, tmp_path: Path) -> None:
    Image.new("RGB", (8, 8), "red").save(tmp_path / "a.png")
    picture = str(tmp_path / "a.png")
    assert run("records", "add", "visit", "--as", "operator", "--photograph", picture, *fields("visit"), "--json") == (
        0, {"kind": "visit", "number": 1},
    )  # fmt: skip
    code, said = run("records", "step", "visit", "1", "approve", "--as", "center", "--json")
    assert (code, said["state"], said["version"], len(said["record"]["photographs"])) == (0, "approved", 2, 1)
    assert run("records", "step", "visit", "1", "approve", "--as", "center")[0] == 1
    code, said = run("records", "show", "visit", "1", "--json")
    assert [one["step"] for one in said["versions"]] == ["added", "approve"]
    assert "SHA-256" in run("records", "show", "visit", "1")[1]
    book = tmp_path / "v.xlsx"
    assert run("records", "list", "visit", "--xlsx", str(book))[0] == 0
    assert [sheet.max_row for sheet in load_workbook(BytesIO(book.read_bytes())).worksheets] == [2, 3]


def test_what_is_mistyped_is_said_at_once(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    code, said = run("records", "add", "visit", "--as", "center", "--set", "rooms", "--text", str(tmp_path / "a.txt"),
                     "--json")  # fmt: skip
    assert (code, len(said["error"]["problems"])) == (2, 2)
    for words in (("list", "meals"), ("show", "visit", "9"), ("step", "visit", "9", "x", "--as", "center")):
        assert run("records", *words)[0] == 2
    assert run("records", "add", "visit", "--as", "center", "--photograph", str(tmp_path / "no.jpg"))[0] == 2
    assert run("records", "add", "visit", "--as", "nobody")[0] == 2


def test_a_text_is_published_from_a_file_and_its_readers_are_listed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "r.md").write_text("# 总则\n")
    words = [word for pair in zip(*[iter(fields("regulation"))] * 2, strict=True) for word in pair
             if not pair[1].startswith("text=")]  # fmt: skip
    assert run("records", "add", "regulation", "--as", "center", "--text", str(tmp_path / "r.md"), *words)[0] == 0
    code, said = run("records", "readers", "--json")
    assert (code, said[0]["asked"], said[0]["missing"]) == (0, 2, ["operator", "u031"])
    (tmp_path / "gbk.md").write_bytes("制度".encode("gbk"))
    assert run("records", "add", "regulation", "--as", "center", "--text", str(tmp_path / "gbk.md"), *words)[0] == 2


def test_the_asset_list_names_systems_and_devices_by_level(run: Run, tmp_path: Path) -> None:
    code, said = run("assets", "--json")
    assert code == 0
    by_id = {one["id"]: one for one in said["systems"]}
    assert (by_id["documents"]["grades"], by_id["documents"]["hosts"]) == ("S3A2G3", ["srv-portal"])
    assert said["devices"]["sw-dc"]["level"] == 3
    assert said["devices"]["agg-1"] == {"level": 2, "systems": {"infrastructure": 2}}
    book = tmp_path / "a.xlsx"
    assert run("assets", "--xlsx", str(book))[0] == 0
    assert load_workbook(BytesIO(book.read_bytes())).worksheets[0].max_row == 1 + len(by_id)
