"""A big configuration is read in time: by counted work, not by a clock."""

import sys
from types import FrameType
from typing import Any

from inventory.platforms import huawei_vrp


def _text(ports: int) -> str:
    blocks = ["vlan batch 2 to 4000"]
    for n in range(ports):
        lines = [f"interface GigabitEthernet{n // 48}/0/{n % 48}", f" description unit {n}", " port link-type access"]
        blocks.append("\n".join([*lines, f" port default vlan {2 + n % 3000}"]))
    return "\n#\n".join(blocks)


def _calls(text: str) -> int:
    count = 0

    def tick(_frame: FrameType, event: str, _arg: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(tick)
    try:
        assert huawei_vrp.parse(text).config.interfaces
    finally:
        sys.setprofile(None)
    return count


def test_ten_times_the_ports_are_ten_times_the_work() -> None:
    small, big = _calls(_text(100)), _calls(_text(1000))
    assert big < 12 * small
