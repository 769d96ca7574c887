"""Lines that devices change by themselves, as manuals and recorded outputs print them."""

import pytest

from inventory.platforms.steady import steady


@pytest.mark.parametrize(
    "line",
    [
        "Building configuration...",
        "Current configuration : 3102 bytes",
        "Current configuration: 1466 bytes",
        "! Last configuration change at 08:14:03 UTC Thu Nov 26 2026 by amy",
        "! NVRAM config last updated at 08:14:09 UTC Thu Nov 26 2026",
        "ntp clock-period 17179868",
        "!Last configuration was updated at 2026-11-26 08:14:03+08:00 by amy",
        "!Last configuration was saved at 2026-11-26 08:14:09 UTC",
        "! sw-core uptime is 3 weeks, 2 days",
        "Huawei S5735 Routing Switch uptime is 12 weeks, 0 day, 3 hours, 2 minutes",
        "!Time: Thu Nov 26 08:14:03 2026",
    ],
)
def test_what_changes_by_itself_is_struck(line: str) -> None:
    assert steady(f"sysname x\n{line}\n#\n") == "sysname x\n#\n"


@pytest.mark.parametrize(
    "line",
    [
        "ntp server 10.0.0.1",
        " description last configuration change at night",
        "!Software Version V200R021C00SPC100",
        "banner login ^C uptime counts ^C",
        "clock timezone BJ add 08:00:00",
        "### /etc/hostname 0644",
    ],
)
def test_what_a_person_wrote_stays(line: str) -> None:
    assert steady(f"{line}\n") == f"{line}\n"


def test_line_ends_are_no_difference() -> None:
    assert steady("a\r\nb \r\n") == steady("a\nb\n")
