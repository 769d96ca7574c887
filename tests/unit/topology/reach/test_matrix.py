"""The matrix: units alike are one row, one with a hole stands alone with whom it reaches; the last proof is kept."""

from pathlib import Path

from countynet.settings import Settings
from inventory.deviceconfig import DeviceConfig
from inventory.model import County
from tests.unit.topology.reach.planted import HOLES
from topology.reach.allowed import rules_between
from topology.reach.kept import keep, latest
from topology.reach.matrix import matrix
from topology.reach.service import Of
from topology.reach.verdict import Proof, Verdict, prove

PLACES = ("unit:a", "unit:b", "unit:c", "unit:d", "zone:server")


def made(**odd: Verdict) -> Proof:
    """All isolated but what is said, as unit_to_unit."""
    verdicts = {f"{a} > {b}": Verdict.ISOLATED for a in PLACES for b in PLACES if a != b}
    verdicts |= {f"unit:{pair[0]} > unit:{pair[-1]}": verdict for pair, verdict in odd.items()}
    return Proof(places=PLACES, verdicts=verdicts, findings=(), seconds=0.0)


def test_units_of_which_the_same_is_said_are_one_row() -> None:
    found = matrix(made())
    assert [row.places for row in found.rows] == [PLACES[:4], ("zone:server",)]
    assert found.cells["unit:a", "unit:a"] == {Verdict.ISOLATED: 12}
    assert found.worst("zone:server", "zone:server") is None


def test_a_unit_with_a_hole_and_the_one_it_reaches_stand_alone() -> None:
    found = matrix(made(a_to_c=Verdict.OPEN))
    assert [row.places for row in found.rows] == [("unit:a",), ("unit:b", "unit:d"), ("unit:c",), ("zone:server",)]
    assert found.worst("unit:a", "unit:c") is Verdict.OPEN
    assert found.worst("unit:c", "unit:a") is Verdict.ISOLATED


def test_every_pair_is_in_one_cell_and_the_rows_of_the_example_are_few(
    proof: Proof, county: County, configs: dict[str, DeviceConfig]
) -> None:
    for one in (proof, prove(county, HOLES["VPN client to client"][0](configs))):
        found = matrix(one)
        assert sum(sum(cell.values()) for cell in found.cells.values()) == len(one.verdicts)
        assert len(found.rows) < 24
    assert ("unit:u030", "unit:u031") in [row.places for row in found.rows]
    assert found.cells["unit:u030", "unit:u030"] == {Verdict.OPEN: 2}


def test_the_last_proof_is_kept_by_what_it_is_of(tmp_path: Path, proof: Proof) -> None:
    settings = Settings(county=tmp_path / "county", language="en")
    assert latest(settings, Of.INTENDED) is None
    kept = keep(settings, Of.INTENDED, proof)
    assert latest(settings, Of.INTENDED) == kept
    assert latest(settings, Of.RUNNING) is None
    (settings.state / "proof-intended.json").write_text("{")
    assert latest(settings, Of.INTENDED) is None


def test_the_rules_that_allow_a_pair_are_named(county: County) -> None:
    assert "portal-city" in {rule.id for rule in rules_between(county, "zone:server", "zone:city")}
    assert rules_between(county, "unit:u001", "unit:u003") == ()
