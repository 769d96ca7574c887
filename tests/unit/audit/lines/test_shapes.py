"""Shapes of real configurations that had been judged wrongly: each a few lines that say the same as what was found."""

from pathlib import Path

import pytest
import yaml

from tests.unit.audit.lines.test_samples import points

SHAPES = yaml.safe_load((Path(__file__).parent / "shapes.yml").read_text())


@pytest.mark.parametrize(("check", "platform", "brief", "wanted"), SHAPES)
def test_a_shape_of_the_world_is_judged_rightly(check: str, platform: str, brief: str, wanted: str) -> None:
    assert {p.verdict.value for p in points(check, platform, brief)} == {wanted}
