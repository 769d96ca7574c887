"""What nobody understood is told shortly: devices without any configuration in one line, and never more than fits."""

from countynet.i18n import set_language
from topology.reach.show import unread


def test_devices_without_a_configuration_are_one_line() -> None:
    set_language("en")
    found = [f"cpe-{n:03}: no configuration" for n in range(1, 31)] + ["fw-1: strange line"]
    first, second = unread(found)
    assert first.startswith("30 devices have no configuration that was fetched (countynet config fetch): cpe-001, ")
    assert first.endswith("cpe-020 …")
    assert second == "not understood: fw-1: strange line"


def test_many_lines_are_cut_and_counted() -> None:
    set_language("zh")
    found = list(unread([f"fw-1: line {n}" for n in range(25)], 5))
    assert len(found) == 6
    assert "20" in found[-1]
    assert list(unread(())) == []
