"""The descriptions of playbooks: those shipped are right, a county's own are read, and every mistake has its line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from countynet.errors import BadInput
from countynet.rooms import registered
from playbooks.day2.kinds import KINDS
from playbooks.runner.catalogue import OWN, OWN_FOLDER, catalogue, playbook, program_file
from playbooks.runner.model import Playbook

OWN_TEXT = """playbooks:
- id: hello
  title: 你好
  title_en: Hello
  does: 打招呼
  does_en: Greets
  program: ansible:hello.yml
  may_run: [center]
"""


@pytest.fixture
def county_folder(tmp_path: Path) -> Path:
    (tmp_path / OWN_FOLDER).mkdir(parents=True)
    (tmp_path / OWN_FOLDER / "hello.yml").write_text("- hosts: all\n")
    (tmp_path / OWN).write_text(OWN_TEXT, encoding="utf-8")
    return tmp_path


def test_what_the_shipped_playbooks_name_is_there(tmp_path: Path) -> None:
    for book in catalogue(tmp_path).values():
        kind, _colon, name = book.program.partition(":")
        group = {"action": "countynet.fixes", "job": "countynet.jobs"}.get(kind)
        names = {entry.name for entry in registered(group)} if group else set(KINDS) if kind == "change" else {name}
        assert name in names
        assert kind != "ansible" or program_file(tmp_path, book).is_file()


def test_a_countys_own_playbook_stands_beside_those_shipped(county_folder: Path) -> None:
    assert program_file(county_folder, playbook(county_folder, "hello")) == county_folder / OWN_FOLDER / "hello.yml"
    assert "servers" in catalogue(county_folder)
    with pytest.raises(BadInput):
        playbook(county_folder, "helo")


def test_every_mistake_is_said_with_its_line(county_folder: Path) -> None:
    more = """- id: hello
  title: 二
  title_en: Two
  does: 二
  does_en: Two
  program: ansible:x/../../../secret.yml
  may_run: [center]
  target: words
  fields:
  - {name: words, label: 文字, label_en: Words, choices: [a]}
  - {name: words, label: 文字, label_en: Words, pattern: "["}
  - {name: key, kind: secret, label: 密, label_en: Key, default: abc}
  - {name: twice, kind: choice, label: 二, label_en: Two, choices: [a, {value: a, label: 甲, label_en: A}], default: b}
"""
    (county_folder / OWN).write_text(OWN_TEXT + more, encoding="utf-8")
    with pytest.raises(BadInput) as error:
        catalogue(county_folder)
    assert all(problem.file == OWN and problem.line >= 9 for problem in error.value.problems)
    assert {"program", "target", "id"} <= {problem.where.rpartition(".")[2] for problem in error.value.problems}
    assert len(error.value.problems) == 9


NOTICES = """channels:
- {name: chat, kind: wecom, url: notices/url}
recipients:
- {name: duty, channel: chat}
- {name: chief, channel: chat}
"""


@pytest.fixture
def told_of(county_folder: Path) -> Callable[[str], dict[str, Playbook]]:
    (county_folder / "monitoring").mkdir()
    (county_folder / "monitoring" / "notices.yml").write_text(NOTICES, encoding="utf-8")

    def read(told: str) -> dict[str, Playbook]:
        (county_folder / OWN).write_text(f"{OWN_TEXT}told:\n{told}", encoding="utf-8")
        return catalogue(county_folder)

    return read


def test_a_county_says_who_is_told_of_every_playbook_or_of_some(told_of: Callable[[str], dict[str, Playbook]]) -> None:
    found = told_of("- {to: [duty]}\n- {to: [chief, duty], when: ended, playbooks: [hello]}\n")
    assert (found["hello"].tell, found["hello"].tell_failed) == (("chief", "duty"), ("duty",))
    assert (found["servers"].tell, found["servers"].tell_failed) == ((), ("duty",))


def test_who_is_told_of_what_is_wrong_is_said_with_its_line(told_of: Callable[[str], dict[str, Playbook]]) -> None:
    with pytest.raises(BadInput) as error:
        told_of("- {to: [nobody], playbooks: [helo]}\n- {to: [], when: never}\n")
    lines = len(OWN_TEXT.splitlines()) + 2
    said = [(one.line, one.where, one.found) for one in error.value.problems]
    assert (lines, "told[0].to[0]", "nobody") in said
    assert (lines, "told[0].playbooks[0]", "helo") in said
    assert {where for line, where, _found in said if line == lines + 1} == {"told[1].to", "told[1].when"}
