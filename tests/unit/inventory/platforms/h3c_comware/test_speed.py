"""A big configuration is read in time: by counted work, not by a clock."""

import sys
from types import FrameType
from typing import Any

from inventory.platforms import h3c_comware


def _text(ports: int) -> str:
    blocks = ["vlan 2 to 4000"]
    for n in range(ports):
        lines = [f"interface GigabitEthernet{n // 48}/0/{n % 48}", f" description unit {n}", " port link-mode bridge"]
        blocks.append("\n".join([*lines, f" port access vlan {2 + n % 3000}"]))
    rules = "".join(
        f" rule {n} permit ip source 10.0.{n % 250}.0 0.0.0.255\n rule {n} comment r{n}\n" for n in range(ports)
    )
    blocks.append(f"acl advanced name a\n{rules}#\ninterface Vlan-interface5\n packet-filter name a inbound")
    return "\n#\n".join(blocks)


def _calls(text: str) -> int:
    count = 0

    def tick(_frame: FrameType, event: str, _arg: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(tick)
    try:
        assert h3c_comware.parse(text).config.filters
    finally:
        sys.setprofile(None)
    return count


def test_ten_times_the_ports_are_ten_times_the_work() -> None:
    small, big = _calls(_text(100)), _calls(_text(1000))
    assert big < 12 * small
