"""docs/recorded-agents.md says what we read today: some of its rows are read again."""

from pathlib import Path

import pytest

from benchmarks.recordings import COLUMNS, every
from tests.unit.monitoring.capability.agents import recorded

DOCUMENT = Path(__file__).parents[4] / "docs" / "recorded-agents.md"
AGENTS = ("huawei-s5720", "cisco-c3750", "eaton-93e-80", "h3c-wx6103", "arista-dcs-7150s-52-cl", "slackware")


@recorded
@pytest.mark.parametrize("name", AGENTS)
def test_a_row_of_the_document_is_what_is_read_now(name: str) -> None:
    (told,) = every([name])
    assert told.failed == ""
    rows = [line.strip("| ").split(" | ") for line in DOCUMENT.read_text().splitlines() if line.startswith("| ")]
    (written,) = [row for row in rows if row[0] == name]
    assert written[:-1] == told.line[:-1]
    assert len(written) == len(COLUMNS) + 7
