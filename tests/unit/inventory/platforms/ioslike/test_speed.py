"""A big configuration is read in time: by counted work, not by a clock."""

import sys
from types import FrameType
from typing import Any

from inventory.platforms import cisco_ios


def _text(ports: int) -> str:
    lines = ["vlan 2-4000"]
    for n in range(ports):
        lines += [f"interface GigabitEthernet{n // 48}/0/{n % 48}", f" description unit {n}"]
        lines += [f" switchport access vlan {2 + n % 3000}", " switchport mode access", "!"]
    entries = [f" permit tcp 10.{n // 250}.{n % 250}.0 0.0.0.255 any eq {1 + n}" for n in range(ports)]
    return "\n".join([*lines, "ip access-list extended x", *entries, "interface Vlan9", " ip access-group x in"])


def _calls(text: str) -> int:
    count = 0

    def tick(_frame: FrameType, event: str, _arg: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(tick)
    try:
        assert cisco_ios.parse(text).config.filters
    finally:
        sys.setprofile(None)
    return count


def test_ten_times_the_ports_are_ten_times_the_work() -> None:
    small, big = _calls(_text(100)), _calls(_text(1000))
    assert big < 12 * small
