"""Configurations that nobody here wrote (annet's): each is read without raising, and what we do not know is listed.

The share of lines that we understand is pinned, so that it can only be changed on purpose; `docs/platforms.md` shows
it. Most of the rest are IPv6 and MAC access lists and routing policies, which the model does not have.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from inventory.platforms import blocks, h3c_comware

CASES = Path(__file__).parents[6] / "shared" / "cases"
PATCHES = CASES / "annet" / "tests" / "annet" / "test_patch"
OUTPUTS = CASES / "ntc-templates" / "tests" / "hp_comware"
pytestmark = pytest.mark.skipif(not CASES.exists(), reason=f"the public cases are not at {CASES}")


def _texts(path: Path) -> Iterator[str]:
    found: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    for case in found if isinstance(found, list) else [found]:
        yield from (case[key] for key in ("before", "after", "patch") if isinstance(case.get(key), str))


def _listed(text: str) -> set[int]:
    return {found.line for found in h3c_comware.parse(text).unparsed if found.line}


CONFIGURATIONS = sorted(PATCHES.glob("h3c_*.yaml"))


@pytest.mark.parametrize("path", [*CONFIGURATIONS, *sorted(PATCHES.glob("huawei_*.yaml"))], ids=lambda path: path.stem)
def test_every_line_of_a_case_is_understood_or_listed(path: Path) -> None:
    for text in _texts(path):
        listed, all_ = _listed(text), {number for number, line in blocks.lines(text) if line != "#"}
        assert listed <= all_
        h3c_comware.mask(text)


@pytest.mark.parametrize("path", sorted(OUTPUTS.glob("*/*.raw")), ids=lambda path: path.stem)
def test_what_is_no_configuration_does_not_make_it_raise(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    h3c_comware.parse(text)
    h3c_comware.mask(text)


def _applied(text: str) -> str:
    """Return a text with its access lists put to use at an interface each, as none of the cases does."""
    names = re.findall(r"(?m)^acl (?:advanced|basic) ((?:name )?\S+)$", text)
    ports = (f"#\ninterface Vlan-interface{n}\n packet-filter {name} inbound\n" for n, name in enumerate(names, 2))
    return "".join([f"{text.rstrip()}\n", *ports])


def share() -> tuple[int, int]:
    """Return how many lines of the configurations in annet's cases are understood, and how many there are."""
    understood = total = 0
    for path in CONFIGURATIONS:
        for text in list(_texts(path)):
            if "system-view" not in text:
                lines = {number for number, line in blocks.lines(text) if line != "#"}
                total += len(lines)
                understood += len(lines - _listed(_applied(text)))
    return understood, total


def test_the_share_of_lines_that_is_understood_is_what_the_document_says() -> None:
    understood, total = share()
    document = (Path(__file__).parents[5] / "docs" / "platforms.md").read_text(encoding="utf-8")
    assert f"{understood} of {total} lines" in document
