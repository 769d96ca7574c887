"""What a person can type, set, meet or be is documented, with its Chinese."""

import ast
import enum
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from countynet import rooms, vocabulary
from countynet.cli import app
from countynet.frontdoor import load
from countynet.settings import ENVIRONMENT
from tests.unit.house.messages import ROOMS, TOP

DOCS = TOP / "docs"


def text_of(*names: str) -> str:
    return "\n".join((DOCS / name).read_text() for name in names)


def commands_of(command: object, words: tuple[str, ...]) -> Iterator[str]:
    children = getattr(command, "commands", None)
    if children is None:
        yield " ".join(words)
        return
    for name, child in children.items():
        yield from commands_of(child, (*words, name))


def every_command() -> list[str]:
    own = list(commands_of(typer.main.get_command(app), ("countynet",)))
    for entry in rooms.registered("countynet.commands"):
        own += commands_of(load(entry), ("countynet", entry.name))
    return sorted(own)


def tag_modules() -> list[Path]:
    return sorted(path for room in ROOMS for path in (TOP / room).rglob("tags.py"))


def enums_of(module: object) -> list[type[enum.StrEnum]]:
    found = [v for v in vars(module).values() if isinstance(v, type) and issubclass(v, enum.StrEnum)]
    return [v for v in found if v is not enum.StrEnum and v.__module__ == getattr(module, "__name__", "")]


def test_every_command_is_documented() -> None:
    text = text_of("commands.md")
    assert not [command for command in every_command() if f"`{command}" not in text]


def test_no_document_names_a_command_that_is_gone() -> None:
    known = every_command()
    pattern = re.compile(r"`(countynet(?: [a-z][a-z-]*)+)")
    named = {match for path in [*DOCS.rglob("*.md"), TOP / "README.md"] for match in pattern.findall(path.read_text())}

    def fits(name: str) -> bool:
        return any(c == name or c.startswith(f"{name} ") or name.startswith(f"{c} ") for c in known)

    assert not sorted(name for name in named if not fits(name))


def test_every_setting_is_documented() -> None:
    text = text_of("settings.md")
    assert not [name for name in ENVIRONMENT if f"`{name}`" not in text]


def test_every_environment_variable_in_the_code_is_documented() -> None:
    pattern = re.compile(r"COUNTYNET_[A-Z_]+")
    read = {name for room in ROOMS for path in (TOP / room).rglob("*.py") for name in pattern.findall(path.read_text())}
    text = text_of("settings.md")
    assert not sorted(name for name in read if f"`{name}`" not in text)


@pytest.mark.parametrize("path", tag_modules(), ids=lambda p: str(p.relative_to(TOP)))
def test_every_event_tag_is_documented(path: Path) -> None:
    module = importlib.import_module(".".join(path.relative_to(TOP).with_suffix("").parts))
    text = text_of("vocabulary.md")
    tags = [str(member) for kind in enums_of(module) for member in kind]
    assert tags
    assert not [tag for tag in tags if f"`{tag}`" not in text]


@pytest.mark.parametrize("kind", enums_of(vocabulary), ids=lambda k: k.__name__)
def test_every_word_is_documented_with_its_chinese(kind: type[enum.StrEnum]) -> None:
    rows = [line for line in text_of("vocabulary.md").splitlines() if line.startswith("|")]
    for member in kind:
        row = next((r for r in rows if r.startswith(f"| `{kind.__name__}.{member}` |")), "")
        assert re.search(r"[一-鿿]", row), f"{kind.__name__}.{member} has no row with Chinese"


def test_every_make_target_is_in_help() -> None:
    text = (TOP / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z][a-z-]*):", text, re.M))
    assert targets == set(re.findall(r"^([a-z][a-z-]*):.*## ", text, re.M))


@pytest.mark.parametrize("path", [*sorted(DOCS.rglob("*.md")), TOP / "README.md"], ids=lambda p: p.name)
def test_links_between_documents_hold(path: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text())
    assert not [link for link in links if not (path.parent / link).exists()]


def modules() -> list[Path]:
    return sorted(path for room in ROOMS for path in (TOP / room).rglob("*.py") if path.read_text().strip())


def test_every_module_says_why_and_is_no_longer_than_a_room_holds() -> None:
    texts = {path: path.read_text() for path in modules()}
    assert not [str(p) for p, text in texts.items() if not ast.get_docstring(ast.parse(text))]
    one_file = {"recheck.py": 399, "verify.py": 580}  # what is copied away as a whole is one file
    written = [(p, text) for p, text in texts.items() if p.parent.name != "migrations"]  # those a program writes
    assert not [str(p) for p, text in written if text.count("\n") > one_file.get(p.name, 350)]


def test_tree_names_no_machine_and_no_registry() -> None:
    bad = re.compile(r"/(wor)k/|/(far)m/|--inde" + r"x-url|find-lin" + r"ks")
    folders = [TOP / room for room in (*ROOMS, "install", "docs", "tests", "benchmarks", ".ci")]
    files = [
        p
        for f in folders
        for p in f.rglob("*")
        if p.suffix in {".py", ".md", ".txt", ".yml", ".po", ""} and p.is_file()
    ]
    files += [TOP / "Makefile", TOP / "pyproject.toml", TOP / "README.md", *TOP.glob("*.lock")]
    assert not [str(p.relative_to(TOP)) for p in files if bad.search(p.read_text(errors="replace"))]
