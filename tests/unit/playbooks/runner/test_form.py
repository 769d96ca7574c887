"""A launch form: every problem at once, ids of the inventory, and nothing that a role may not give."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from countynet.errors import BadInput
from countynet.i18n import language, set_language
from countynet.people import Actor
from countynet.vocabulary import DeviceRole, Role
from inventory.model import County
from playbooks.runner import show
from playbooks.runner.form import filled, offered, targets
from playbooks.runner.model import Field, Playbook
from tests.unit.playbooks.runner.samples import playbook

CENTER = Actor("bob", Role.CENTER)
CLERK = Actor("clerk", Role.UNIT, "u001")


def field(name: str, kind: str = "text", **more: object) -> Field:
    return Field.model_validate({"name": name, "kind": kind, "label": name, "label_en": name, **more})


@pytest.fixture(autouse=True)
def english() -> None:
    set_language("en")


FORM = playbook(
    fields=(
        field("words", least=2, most=5),
        field("count", "whole", least=1, most=9),
        field("when", "date"),
        field("how", "choice", choices=("soft", "hard")),
        field("sure", "yes-no", default="no"),
        field("unit", "unit", needed=False),
        field("devices", "device", several=True, needed=False),
        field("code", pattern="[A-Z]{2}", needed=False),
        field("key", "secret", needed=False, roles=("center",), least=8),
    ),
    target="devices",
)
GOOD = {"words": "abc", "count": "３", "when": "2026-11-26", "how": "soft"}


def problems(given: dict[str, str], county: County, actor: Actor = CENTER, form: Playbook = FORM) -> dict[str, str]:
    with pytest.raises(BadInput) as error:
        filled(form, given, county, actor)
    return {problem.where: problem.message for problem in error.value.problems}


def test_values_are_taken_as_they_are_meant(county: County) -> None:
    unit, cpe = county.units[0], county.devices[0].name
    given = GOOD | {"sure": "是", "unit": unit.name, "devices": f"{cpe}， {cpe}"}
    values = filled(FORM, given, county, CENTER)
    assert (values["count"], values["sure"], values["unit"], values["devices"]) == ("3", "yes", unit.id, cpe)
    assert targets(FORM, values) == (cpe,)
    assert filled(FORM, GOOD, county, CENTER)["sure"] == "no"


def test_a_misspelt_name_is_told_with_the_nearest(county: County) -> None:
    cpe = county.devices_in(DeviceRole.CPE)[0].name
    with pytest.raises(BadInput) as error:
        filled(FORM, GOOD | {"devices": f"{cpe.replace('-', '_')},qqqqqq"}, county, CENTER)
    near, far = error.value.problems
    assert cpe in near.wanted.split(", ")
    assert far.wanted == "a device"


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(None, "-"), (0.04, "0.0 s"), (99.9, "99.9 s"), (119.7, "2 min 0 s"), (754, "12 min 34 s"), (7320, "2 h 2 min")],
)
def test_how_long_it_took_is_told_in_minutes_when_it_is_long(seconds: float | None, expected: str) -> None:
    assert show.duration(seconds) == expected


def test_a_group_stands_for_its_members(county: County) -> None:
    cores = tuple(device.name for device in county.devices if device.role.value == "core")
    for text in ("role=core", "ＲＯＬＥ＝core", "core-?", f"name={'、'.join(cores)}"):
        assert targets(FORM, filled(FORM, GOOD | {"devices": text}, county, CENTER)) == cores
    others = targets(FORM, filled(FORM, GOOD | {"devices": "!role=core"}, county, CENTER))
    assert set(others) == set(county.device_by_name) - set(cores)
    assert show.kind(FORM.fields[6]) == "a device, several with commas, or a group such as role=cpe"


def test_a_group_that_is_none_is_one_clear_problem(county: County) -> None:
    with pytest.raises(BadInput) as error:
        filled(FORM, GOOD | {"devices": "role=cores,rolle=core"}, county, CENTER)
    found = {(one.where, one.wanted) for one in error.value.problems}
    assert ("devices", "role=core") in found
    assert {where for where, _wanted in found} == {"devices"}
    with pytest.raises(BadInput):
        filled(FORM, GOOD | {"unit": "kind=township"}, county, CENTER)


def test_a_choice_is_named_by_its_value_or_its_label_in_either_language_and_shown_in_the_readers(
    county: County,
) -> None:
    how = field("how", "choice", choices=({"value": "soft", "label": "轻", "label_en": "Gently"}, "hard"))
    form = playbook(fields=(how, field("sure", "yes-no", default="no")))
    for typed, meant in (("轻", "soft"), ("Gently", "soft"), ("soft", "soft"), ("hard", "hard")):
        assert filled(form, {"how": typed}, county, CENTER)["how"] == meant
    with speaking("zh_CN"):
        assert [how.shown("soft"), how.shown("hard"), form.fields[1].shown("yes")] == ["轻", "hard", "是"]
        assert show.kind(how) == "soft (轻), hard"
        with pytest.raises(BadInput) as error:
            filled(form, {"how": "loud"}, county, CENTER)
        assert error.value.problems[0].wanted == "soft (轻), hard"
    assert Field.model_validate(how.model_dump(mode="json")) == how


@contextmanager
def speaking(wanted: str) -> Iterator[None]:
    before = language()
    set_language(wanted)
    yield
    set_language(before)


def test_everything_wrong_is_said_at_once(county: County) -> None:
    bad = {
        "words": "a", "count": "10", "when": "2026-02-30", "how": "loud", "sure": "perhaps", "unit": "nowhere",
        "devices": "core-1,core-99", "code": "ab", "key": "short", "colour": "red",
    }  # fmt: skip
    assert set(problems(bad, county)) == set(bad)
    assert set(problems({}, county)) == {"words", "count", "when", "how"}
    assert problems(GOOD | {"count": "1e3"}, county).keys() == {"count"}
    assert problems(GOOD | {"words": "a\tb"}, county).keys() == {"words"}
    assert problems(GOOD | {"unit": f"{county.units[0].id},{county.units[1].id}"}, county).keys() == {"unit"}


def test_a_secret_is_never_repeated_in_what_is_wrong_with_it(county: County) -> None:
    with pytest.raises(BadInput) as error:
        filled(FORM, GOOD | {"key": "hush"}, county, CENTER)
    assert "hush" not in str([vars(problem) for problem in error.value.problems])


def test_a_value_that_is_not_a_roles_is_neither_shown_to_it_nor_taken_from_it(county: County) -> None:
    operator = Actor("amy", Role.OPERATOR)
    assert "key" not in {f.name for f in offered(FORM, operator)}
    assert "key" in {f.name for f in offered(FORM, CENTER)}
    assert problems(GOOD | {"key": "long-enough"}, county, operator).keys() == {"key"}


def test_a_clerk_stands_for_her_own_unit_whatever_is_written(county: County) -> None:
    own = CLERK.unit
    assert "unit" not in {f.name for f in offered(FORM, CLERK)}
    assert filled(FORM, GOOD, county, CLERK)["unit"] == own
    assert problems(GOOD | {"unit": county.units[1].id}, county, CLERK).keys() == {"unit"}
