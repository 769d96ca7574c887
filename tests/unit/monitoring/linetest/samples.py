"""A unit's line for tests."""

from typing import Any

from countynet.vocabulary import Access
from inventory.model import Circuit


def circuit(access: Access = Access.FIBER, **more: Any) -> Circuit:
    """Return a line of 10 Mbit/s both ways."""
    told = {
        "id": "line-001", "unit": "u001", "access": access, "contract": "c-1", "rent": 100, "down_kbps": 10_000,
        "up_kbps": 10_000, "availability": 99.9, "repair_hours": 4, "link": "10.9.0.0/29",
    }  # fmt: skip
    return Circuit.model_validate({**told, **more})
