"""APKeep's replay of the Stanford backbone against ours; the whole of it is in `benchmarks.published`."""

from pathlib import Path

import pytest

from benchmarks.cases import apkeep

STANFORD = apkeep.NETWORKS / "stanford"


@pytest.mark.skipif(not STANFORD.is_dir(), reason=f"the public cases are not at {STANFORD}")
def test_the_stanford_backbone_has_the_published_atoms_once_all_is_inserted() -> None:
    lines = sum(line.startswith("+") for line in (STANFORD / "updates").read_text().splitlines())
    found = apkeep.replay(STANFORD, lines, loops=False)
    assert (found.updates * 2, found.atoms) == (9052, 515)


def _a_lab(folder: Path, *updates: str) -> Path:
    """Write two routers on one cable, an access list in front of the second."""
    (folder / "topo.txt").write_text("a 1 b_acl_1_in inport\nb_acl_1_in permit b 1\nb 1 a 1\nb 2 a 2\na 2 b 2\n")
    (folder / "vlan.txt").write_text("b vlan7 2 1\n")
    (folder / "acls").mkdir()
    (folder / "acls" / "b_acl").write_text("")
    (folder / "updates").write_text("".join(f"{line}\n" for line in updates))
    return folder


PERMIT = "+ acl b_acl access-list acl permit 0 255 any null null null 10.0.0.0 0.255.255.255 null 100 9"


def test_a_loop_is_met_only_where_the_access_list_on_its_way_lets_something_through(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    forward = ["+ fwd a 167772160 8 1 8", "+ fwd b 167772160 8 vlan7 8"]
    open_, closed = _a_lab(tmp_path / "one", PERMIT, *forward), _a_lab(tmp_path / "two", *forward)
    assert apkeep.replay(open_).loops == 1
    assert apkeep.replay(closed).loops == 0
    found = apkeep.replay(open_, loops=False)
    assert found.atoms == 2 + 2, "two of forwarding, two of the list"
