"""Addresses given out (DHCP) open what the policy's rule says and nothing else."""

from inventory.intent import intent
from inventory.model import County
from tests.unit.inventory.conftest import secrets
from tests.unit.inventory.validate.dhcp_cases import DHCP
from topology.reach.findings import Proof
from topology.reach.verdict import prove


def test_a_county_that_gives_out_addresses_is_proven_as_before(county: County, proof: Proof) -> None:
    served = DHCP(county)
    after = prove(served, intent(served, secrets))
    assert after.good
    assert after.verdicts == proof.verdicts
