"""The service matrices that fffuu computed, formally verified, against ours: every class and every edge."""

import pytest

from benchmarks.cases.iptables import GOLDEN, compared
from benchmarks.cases.rows import CASES

pytestmark = pytest.mark.skipif(not GOLDEN.is_dir(), reason=f"the public cases are not at {CASES}")


@pytest.mark.parametrize("name", sorted(f.name for f in GOLDEN.glob("*")) if GOLDEN.is_dir() else [])
def test_every_class_and_edge_of_a_published_matrix_is_ours(name: str) -> None:
    rows = compared(GOLDEN / name)
    assert rows
    for row in rows:
        assert row.agreed, row
        assert not row.differences, row
