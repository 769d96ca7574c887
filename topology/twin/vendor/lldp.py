"""What a simulated device sees by LLDP: as its own daemon tells it, with the maker's names of its ports."""

import json
import subprocess
from collections.abc import Iterator
from typing import Any

WORDS = ("lldpcli", "-f", "json0", "show", "neighbors")
SECONDS = 5.0


def neighbours() -> list[list[str]]:
    """Return port, name and port there of each neighbour; none where no daemon answers."""
    try:
        done = subprocess.run(WORDS, capture_output=True, text=True, check=False, timeout=SECONDS)
        return sorted(_read(json.loads(done.stdout)))
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return []


def _read(found: Any) -> Iterator[list[str]]:
    for holder in found["lldp"]:
        for interface in holder.get("interface", ()):
            for chassis in interface.get("chassis", ()):
                there = [identity["value"] for port in interface.get("port", ()) for identity in port.get("id", ())]
                names = [name["value"] for name in chassis.get("name", ())]
                if names:
                    yield [interface["name"], names[0], (there or [""])[0]]
