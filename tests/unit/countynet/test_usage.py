"""A wrong call is told in the language asked for, with what is wrong, how the command is called, and exit code 2."""

import re
from importlib.metadata import entry_points

import pytest

from countynet import usage
from countynet.frontdoor import SUMMARIES
from countynet.i18n import set_language
from tests.unit.countynet.test_cli import run

WRONG = {
    ("plann",): "没有命令 'plann'",
    ("doctor", "--bogus"): "没有选项 --bogus",
    ("doctor", "--jsn"): "没有选项 --jsn；相近的有：--json",
    ("doctor", "a", "b"): "多余的参数：a b",
    ("apply",): "缺少 'plan'",
    ("apply", "x"): "'plan'：不是整数",
    ("plan", "--revert-after", "1"): "'--revert-after'：小于 5",
}


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_a_wrong_call_is_told_in_chinese(words: tuple[str, ...]) -> None:
    done = run(*words, lang="zh")
    assert done.returncode == 2
    first, how, where = done.stderr.strip().splitlines()
    assert first == WRONG[words] + "。"
    assert how.startswith("用法：")
    assert where.startswith("帮助：")


def test_what_the_library_says_that_nobody_knows_is_passed_on() -> None:
    assert usage.said("Something new.") == "Something new."
    set_language("en")
    assert usage.said("Invalid value for '--n': Something new.") == "'--n': Something new."


def test_help_has_no_english_of_the_librarys_own_in_chinese() -> None:
    shown = run("plan", "--help", lang="zh").stdout
    assert "用法：" in shown
    assert not re.search(r"Usage|Options|Show this|default:", shown)


def test_every_command_has_its_line_in_the_help() -> None:
    registered = {entry.name for entry in entry_points(group="countynet.commands")}
    assert registered <= {*SUMMARIES}
