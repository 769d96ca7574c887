"""Routes that FRR had in labs of others, as recorded, against ours: every prefix of every router."""

import pytest

from benchmarks.cases.frr import SNAPSHOTS, compared, snapshots

pytestmark = pytest.mark.skipif(not SNAPSHOTS.is_dir(), reason=f"the public cases are not at {SNAPSHOTS}")


@pytest.mark.parametrize("name", [lab.name for lab in snapshots()])
def test_every_recorded_route_is_ours_and_we_have_no_other(name: str) -> None:
    row = compared(SNAPSHOTS / name)
    assert row.agreed > 0
    assert row.differences == row.not_modelled == ()
