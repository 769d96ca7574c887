"""Every check of lines on a passing and a failing configuration of each platform that it names."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from audit.facts import DeviceFacts, Facts
from audit.lines import CHECKS
from audit.model import Check, Point
from countynet.vocabulary import Verdict
from inventory.platforms.registry import platform
from tests.unit.audit import facts_of

SAMPLES: dict[str, Any] = {}
for _file in sorted((Path(__file__).parent / "samples").glob("*.yml")):
    SAMPLES |= yaml.safe_load(_file.read_text())
BY_ID = {check.info.id: check for check in CHECKS}


def text(brief: str) -> str:
    """Return the lines of a sample: `;` ends one, each leading dot is a blank of indentation."""
    lines = [line.strip() for line in str(brief).split(";")]
    return "\n".join(" " * (len(line) - len(line.lstrip("."))) + line.lstrip(".") for line in lines) + "\n"


def told(check: Check, platform_: str, masked: str) -> list[Point]:
    """Return what a check says of one device's text."""
    device = facts_of.COUNTY.devices[0]
    held = DeviceFacts(device.model_copy(update={"platform": platform_}), text=masked, sha256="0" * 64)
    return list(check.decide(Facts(county=facts_of.COUNTY, at=facts_of.AT, devices={device.name: held})))


def points(id_: str, platform_: str, brief: str) -> list[Point]:
    return told(BY_ID[id_], platform_, platform(platform_).mask(text(brief)))


def test_every_check_has_a_sample_for_each_of_its_platforms() -> None:
    assert {id_: sorted(found) for id_, found in SAMPLES.items()} == {
        id_: sorted(check.info.platforms) for id_, check in BY_ID.items()
    }


@pytest.mark.parametrize("id_", sorted(BY_ID))
def test_a_check_passes_what_is_right_and_names_what_is_wrong(id_: str) -> None:
    for platform_, (good, bad) in SAMPLES.get(id_, {}).items():
        right, wrong = points(id_, platform_, good), points(id_, platform_, bad)
        assert {p.verdict for p in right} == {Verdict.PASS}, (platform_, good, right)
        assert {p.verdict for p in wrong} == {Verdict.FAIL}, (platform_, bad, wrong)
        assert all(p.lines or "wanted" in p.values for p in wrong), platform_
