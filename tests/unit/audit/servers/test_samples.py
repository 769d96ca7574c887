"""Every check of servers on one that is right, and on it with one thing broken that no other of its kind minds."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from audit.servers.checks import CHECKS
from countynet.vocabulary import Verdict
from tests.unit.audit.servers.made import GOOD, machine, points

BROKEN: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "samples" / "broken.yml").read_text())
BY_ID = {check.info.id: check for check in CHECKS}
OTHERWISE = {"server-certificates"}
"""asked of real certificates in test_certificates.py"""


def failing(text: str, family: str) -> set[str]:
    """Return the checks of one software that fail."""
    held = machine(text)
    asked = {id_: check for id_, check in BY_ID.items() if id_.startswith(f"{family}-")}
    return {id_ for id_, check in asked.items() if any(p.verdict is Verdict.FAIL for p in points(check, held))}


def test_every_check_is_broken_in_some_way() -> None:
    assert BROKEN.keys() == BY_ID.keys() - OTHERWISE


def test_a_server_that_is_right_passes_every_check() -> None:
    held = machine(GOOD)
    told = {id_: [p.verdict for p in points(check, held)] for id_, check in BY_ID.items() if id_ not in OTHERWISE}
    assert told == dict.fromkeys(told, [Verdict.PASS])


@pytest.mark.parametrize("id_", sorted(BROKEN))
def test_a_broken_server_fails_that_check_alone_and_shows_the_line(id_: str) -> None:
    for old, new in BROKEN[id_]:
        assert GOOD.count(old) == 1, (old, GOOD.count(old))
        text = GOOD.replace(old, new)
        assert failing(text, id_.partition("-")[0]) == {id_}, (old, new)
        wrong = [p for p in points(BY_ID[id_], machine(text)) if p.verdict is Verdict.FAIL]
        assert all(p.lines and p.config_sha256 for p in wrong)
