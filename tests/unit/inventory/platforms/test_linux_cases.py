"""FRR configurations that nobody here wrote (batfish/lab-validation): what we do not understand is listed."""

from ipaddress import IPv4Address
from pathlib import Path

import pytest

from inventory.platforms import linux
from inventory.platforms.linux import frr_tree

SNAPSHOTS = Path(__file__).parents[5] / "shared" / "cases" / "batfish-lab-validation" / "snapshots"
pytestmark = pytest.mark.skipif(not SNAPSHOTS.exists(), reason=f"the public cases are not at {SNAPSHOTS}")


def _frr_part(text: str) -> str:
    return text[text.index("frr version") :]


CASES = sorted(SNAPSHOTS.glob("cumulusfrr*/configs/*/*.cfg"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_every_line_is_understood_or_listed(case: Path) -> None:
    text = _frr_part(case.read_text(encoding="utf-8"))
    parsed = linux.parse(f"#### /etc/frr/frr.conf 0640\n{text}")
    listed = {found.line for found in parsed.unparsed if found.section == "/etc/frr/frr.conf"}
    understood = ("hostname ", "log syslog informational", "interface ", "router ospf", " ip ospf ", " ospf router-id",
                  " passive-interface ", "router bgp", " neighbor", "  network", "  neighbor", " match", " set",
                  " description", " on-match", " address-family", "ip prefix-list", "ip community-list",
                  "route-map")  # fmt: skip
    for number, line in enumerate(text.splitlines(), 1):
        meaningful = any(True for _ in frr_tree.read([line]))
        assert not meaningful or number in listed or line.startswith(understood), line


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_whole_file_of_another_maker_does_not_crash(case: Path) -> None:
    assert linux.parse(case.read_text(encoding="utf-8")).unparsed
    assert linux.parse(f"#### /etc/frr/frr.conf 0640\n{case.read_text(encoding='utf-8')}").unparsed


def test_ospf_of_an_unnumbered_lab_is_read() -> None:
    text = _frr_part((SNAPSHOTS / "cumulusfrr_ospf_unnumbered/configs/r1/r1.cfg").read_text(encoding="utf-8"))
    parsed = linux.parse(f"#### /etc/frr/frr.conf 0640\n{text}")
    config = parsed.config
    assert config.hostname == "r1"
    assert config.ospf
    assert config.ospf.router_id == IPv4Address("10.0.0.1")
    found = {i.name: i.ospf for i in config.interfaces}
    assert found["swp1"]
    assert found["swp1"].point_to_point
    assert (found["swp1"].hello, found["swp1"].dead) == (10, 40)
    assert found["swp2"]
    assert not found["swp2"].point_to_point
    assert found["swp2"].passive


def test_bgp_of_a_lab_is_read_with_its_policies() -> None:
    path = SNAPSHOTS / "cumulusfrr_bgp_community/configs/cumulusfrr1/cumulusfrr1.cfg"
    parsed = linux.parse(f"#### /etc/frr/frr.conf 0640\n{_frr_part(path.read_text(encoding='utf-8'))}")
    listed = {line.text for line in parsed.unparsed if line.section == "/etc/frr/frr.conf"}
    assert listed == {"frr version", "frr defaults datacenter", "username cumulus nopassword"}
    assert parsed.config.bgp
    (peer,) = parsed.config.bgp.neighbors
    assert (str(peer.address), peer.remote_as, peer.map_out) == ("10.12.11.2", 65002, "com_test1")
    (policy,) = parsed.config.bgp.policies.maps
    assert [entry.sets for entry in policy.entries][:2] == [(("community", "65001:1"),), (("community", "65001:2"),)]
