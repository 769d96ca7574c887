"""The small program of both families and answers: it agrees with what is honest, and on random worlds."""

from pathlib import Path
from random import Random

import pytest

from inventory.model import County
from tests.unit.audit.certificates import check, configs, county, made, pairs, told
from tests.unit.audit.worlds import Both
from tests.unit.topology.reach.answering6 import answered, asking, unanswered
from tests.unit.topology.reach.grid.worlds import World
from tests.unit.topology.reach.test_ipv6 import gap

U1, U2 = "unit:u001", "unit:u002"


@pytest.fixture(scope="module")
def small() -> County:
    return asking(county())


def test_answers_by_ipv6_come_back_to_both(small: County, tmp_path: Path) -> None:
    document = made(answered(configs()), of=small)
    assert told(document, "ipv6")["verdicts"][U1][U2] == "allowed"
    assert any("answer" in line["owed"] for line in told(document, "ipv6")["policy"])
    assert check(tmp_path, document)["disagreed"] == []
    rules = told(document, "ipv6")["devices"]["cpe-002"]["filters"]["forward"]["rules"]
    rules[:] = [rule for rule in rules if "session" not in rule]
    assert {(U1, U2)} <= pairs(check(tmp_path, document))


def test_an_answer_by_ipv6_that_is_lost_is_blocked_to_both_and_cannot_be_hidden(small: County, tmp_path: Path) -> None:
    document = made(unanswered(configs()), of=small)
    six = told(document, "ipv6")
    (shown,) = six["findings"][U1][U2]
    assert (six["verdicts"][U1][U2], shown["answer"], shown["packet"]["flag"]) == ("blocked", True, 1)
    assert check(tmp_path, document)["disagreed"] == []
    shown["packet"]["source_port"] = 80
    assert pairs(check(tmp_path, document)) == {(U1, U2)}
    six["verdicts"][U1][U2] = "allowed"
    del six["findings"][U1][U2]
    (one,) = check(tmp_path, document)["disagreed"]
    assert (one["family"], one["found"]) == ("ipv6", "blocked")


def test_a_hole_of_ipv6_in_the_configurations_is_agreed_with_and_cannot_be_hidden(tmp_path: Path) -> None:
    document = made(gap(configs()))
    six = told(document, "ipv6")
    assert (six["verdicts"][U1][U2], told(document)["verdicts"][U1][U2]) == ("open", "isolated")
    assert check(tmp_path, document)["disagreed"] == []
    six["verdicts"][U1][U2] = "isolated"
    del six["findings"][U1][U2]
    (one,) = check(tmp_path, document)["disagreed"]
    assert (one["family"], one["from"], one["to"], one["found"]) == ("ipv6", U1, U2, "open")
    assert "2001:db8:" in one["packet"]


@pytest.mark.parametrize("number", [1, 5, 6])
def test_the_engine_and_the_small_program_agree_what_arrives_in_random_worlds(number: int) -> None:
    """Over all packets; more of them, and flows there and back, by hand: docs/proof.md."""
    world = World(number)
    for found in (world.network, world.network6):
        both = Both(found, Random(number))
        assert [line for source in found.places for line in both.arrivals(source)] == []
