"""The platform tables: what is wrong with one is told with its line, all at once; who decides is the sysObjectID."""

import pytest

from countynet.errors import BadInput
from countynet.i18n import translate_error
from monitoring.capability.library import library, load
from monitoring.capability.quantity import SUBJECT, SUBJECT_TITLES, UNIT, Quantity, Subject

WRONG = b"""platforms:
  - {name: acme, title: Acme, objects: [1.3.6.1.4.1.4242]}
  - {name: acme, title: Acme, objects: [1.3.6.1.4.1.4242]}
readings:
  - {quantity: cpu, object: "A::b", column: 1.3.6.x, index: scalar, name: processor}
  - {quantity: fan, object: "A::b", column: 1.3.6.1.1, index: scalar, name: fan}
  - {quantity: cpu, object: "A::b", column: 1.3.6.1.1, index: own}
  - {quantity: weather, object: "A::b", column: 1.3.6.1.1, index: scalar, name: sky}
  - {quantity: memory, object: "A::b", column: 1.3.6.1.1, index: scalar, name: memory, ratio: part-of}
  - {quantity: memory, object: "A::b", column: 1.3.6.1.1, index: scalar, name: memory, least: 9, most: 1}
"""


def test_every_mistake_is_told_with_its_line() -> None:
    with pytest.raises(BadInput) as caught:
        load({"acme.yml": WRONG})
    assert sorted({problem.line for problem in caught.value.problems}) == [3, 5, 6, 7, 8, 9, 10]
    assert {problem.file for problem in caught.value.problems} == {"acme.yml"}
    assert "weather" in translate_error(caught.value)


@pytest.mark.parametrize(
    ("object_id", "platform"),
    [
        ("1.3.6.1.4.1.2011.2.23.276", "huawei"),
        ("1.3.6.1.4.1.2011.10.1.5", "h3c"),
        ("1.3.6.1.4.1.25506.1.921", "h3c"),
        ("1.3.6.1.4.1.9.1.516", "cisco"),
        ("1.3.6.1.4.1.90", ""),
        ("1.3.6.1.4.1.9", "cisco"),
        ("", ""),
    ],
)
def test_the_longest_sysobjectid_decides(object_id: str, platform: str) -> None:
    assert library().platform_of(object_id) == platform


def test_every_quantity_has_a_unit_and_a_subject_that_is_named() -> None:
    assert set(UNIT) == set(SUBJECT) == set(Quantity)
    assert set(SUBJECT_TITLES) == set(Subject)


def test_every_number_has_limits_and_every_source_its_own_key() -> None:
    """A number without limits would let an agent's "none" through as a reading."""
    from monitoring.capability.model import key

    for sources in library().sources.values():
        assert [s.object for s in sources if not s.states and (s.least is None or s.most is None)] == []
        assert len({key(source) for source in sources}) == len(sources)
