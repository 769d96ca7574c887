"""Every page in both languages, and no text of one is missing or left over."""

import ast
import re
from pathlib import Path

import applications.certificates
from applications.certificates.web import shown
from applications.certificates.web.words import chinese
from tests.unit.applications.certificates.pages import UNITS, World, get
from tests.unit.applications.certificates.world import COUNTY


def test_every_page_is_there_in_both_languages(world: World) -> None:
    client = world.enter("li")
    for path in ("/", "/certificates", "/requests", "/register", "/seals", "/seal", "/verify", "/password"):
        client.set_cookie("language", "en", domain="auth.test")
        english = get(client, path)
        client.set_cookie("language", "zh", domain="auth.test")
        body = re.sub("|".join([*UNITS, COUNTY, "李四", "中文"]), "", english.text)
        assert not re.search("[\u4e00-\u9fff]", body), (path, re.findall("[\u4e00-\u9fff]+", body))
        assert re.search("[\u4e00-\u9fff]", get(client, path).text)


def _texts() -> set[str]:
    """Return every text that programs and pages show."""
    room = Path(applications.certificates.__file__).parent
    found = {
        words
        for table in (shown.KINDS, shown.STATES, shown.ROLES, shown.REASONS, shown.PLACES, shown.VERDICTS)
        for words in table.values()
    }
    for path in room.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                place = {"Refused": 0, "t": 0, "_found": 1}.get(name, 9)
                if len(node.args) > place and isinstance(words := node.args[place], ast.Constant):
                    found.add(str(words.value))
    for path in room.rglob("*.html"):
        found |= {words for _all, words in re.findall(r"""\bt\((["'])(.*?)\1""", path.read_text())}
    return found


def test_every_text_has_its_chinese_with_the_same_values_and_none_is_left_over() -> None:
    known = chinese()
    in_tables = {"The keeper does not understand this."} | {words for words in known if words in _reasons()}
    assert _texts() - set(known) == set()
    assert set(known) - _texts() - in_tables == set()
    for english, words in known.items():
        assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", words)), english


def _reasons() -> str:
    from applications.certificates.web import app

    return Path(app.__file__).read_text()
