"""Checks of lines on configurations that nobody here wrote: each says something of each, and nothing breaks."""

from pathlib import Path

import pytest
import yaml

from audit.lines import CHECKS
from audit.lines.checks import NO_SUCH_PLATFORM
from countynet.vocabulary import Verdict
from inventory.platforms.registry import platform
from tests.unit.audit.lines.test_samples import told

CASES = Path(__file__).parents[5] / "shared" / "cases" / "annet" / "tests" / "annet" / "test_patch"
PLATFORMS = {"huawei": "huawei_vrp", "h3c": "h3c_comware", "cisco": "cisco_ios"}

pytestmark = pytest.mark.skipif(not CASES.exists(), reason=f"the public cases are not at {CASES}")


def test_every_check_says_something_of_what_others_wrote() -> None:
    seen = 0
    for file in sorted(CASES.glob("*.yaml")):
        cases = yaml.safe_load(file.read_text())
        for case in cases if isinstance(cases, list) else [cases]:
            name = PLATFORMS.get(str(case.get("vendor", "")).lower())
            if name is None:
                continue
            text = platform(name).mask(str(case.get("before") or "") + str(case.get("after") or ""))
            for check in CHECKS:
                points = told(check, name, text)
                assert points, (check.info.id, file.name)
                assert {p.verdict for p in points} <= {
                    Verdict.PASS,
                    Verdict.FAIL,
                    Verdict.NOT_APPLICABLE,
                    Verdict.UNKNOWN,
                }
                assert (points[0].message == NO_SUCH_PLATFORM) == (name not in check.info.platforms)
            seen += 1
    assert seen > 20
