"""Whatever a person changes in the files: either the loader says what is wrong, or intent can be derived and is closed.

No exception but BadInput, no problem without a place, no untranslated word of pydantic.
"""

import copy
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from countynet.errors import BadInput, Problem
from countynet.i18n import describe, translate
from countynet.vocabulary import Strength
from inventory import subset
from inventory.intent import intent
from inventory.load import assemble, inspect
from inventory.model import County
from inventory.schema import EMPTY, WRONG
from inventory.source import Source, Spot
from tests.unit.house.messages import HAN, catalog
from tests.unit.inventory.conftest import secrets
from tests.unit.inventory.test_intent import check_closed

JUNK = [
    "",
    "0",
    "-1",
    "x",
    "999999",
    "10.21.1.0/24",
    "10.21.1.1",
    "0.0.0.0/0",
    "units",
    "zone:server",
    "lan0",
    "true",
    "核心",
]
Place = tuple[str | int, ...]


def plain(value: Any) -> Any:
    """Return a dumped value as the reader gives it: dicts, lists, texts and None."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items() if part is not None}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def places(value: Any, path: Place = ()) -> Iterator[Place]:
    """Yield the path of every value inside, the containers too."""
    if path:
        yield path
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from places(part, (*path, key))


@pytest.fixture(scope="module")
def sections(county: County) -> dict[str, Any]:
    dumped: dict[str, Any] = plain(subset(county, 4).model_dump(mode="json"))
    return dumped


def at(sections: Any, path: Place) -> Any:
    for part in path:
        sections = sections[part]
    return sections


def mutate(sections: dict[str, Any], path: Place, how: str, other: Any) -> None:
    """Change one place: delete it, double it, empty it, or put something else there."""
    above, key = at(sections, path[:-1]), path[-1]
    if how == "delete":
        del above[key]
    elif how == "double" and isinstance(above, list):
        above.append(copy.deepcopy(above[key]))  # type: ignore[index]
    elif how == "empty":
        above[key] = None
    else:
        above[key] = other


def source_of(sections: dict[str, Any]) -> Source:
    return Source(sections, {path: Spot("all.yml", 1 + i) for i, path in enumerate(places(sections))})


def same_field(sections: dict[str, Any], path: Place) -> list[Any]:
    """Return the values of the same field elsewhere in the county."""
    shape = [p for p in path if isinstance(p, str)]
    found = (at(sections, p) for p in places(sections) if [x for x in p if isinstance(x, str)] == shape)
    return [value for value in found if isinstance(value, str)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_change_is_refused_or_derivable(sections: dict[str, Any], data: st.DataObject) -> None:
    changed = copy.deepcopy(sections)
    for _n in range(data.draw(st.integers(1, 2), "changes")):
        path = data.draw(st.sampled_from(list(places(changed))), "path")
        how = data.draw(st.sampled_from(["delete", "double", "empty", "junk", "junk", "same", "same", "same"]), "how")
        choices = same_field(changed, path) if how == "same" else JUNK
        mutate(changed, path, how, data.draw(st.sampled_from(choices or JUNK), "value"))
    examined = inspect(source_of(changed), date(2026, 11, 25))
    for problem in examined.problems:
        check_problem(problem)
    if examined.county is None:
        with pytest.raises(BadInput) as caught:
            assemble(source_of(changed))
        assert caught.value.problems == examined.of(Strength.ERROR)
        return
    county = assemble(source_of(changed))
    assert examined.county == county
    check_closed(intent(county, secrets))


def check_problem(problem: Problem) -> None:
    """A problem has a place, its message is ours and has its Chinese, and says what is right where a value is wrong."""
    known = catalog("inventory")
    assert problem.file or problem.message == "the section {section} is missing", problem
    assert HAN.search(known[problem.message])
    assert problem.message in (WRONG, EMPTY) or translate(problem.message, **problem.values)
    assert problem.message != WRONG or problem.wanted in known, problem
    assert describe(problem)
