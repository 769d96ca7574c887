"""`--only`: which devices, units or hosts a command acts on, said the same way to every command. Pure.

    expression = ["!"] term {"," term}        term = [key "="] value

A comma is "or", a second expression is "and", a leading `!` means "all but those". A value without a key goes on with
the key before it (`unit=u025,u026`); before any key it is a device's name or a unit's id. `*`, `?` and `[...]` are
wildcards. Full-width signs, and a unit's or site's Chinese name instead of its id, are taken as they are meant.

Promises: the result is never empty and stands in the inventory's order. A key that does not exist, a term that fits
nothing at all (also after a `!`), an empty value and a selection that leaves nothing are refused, all at once, with
the nearest names: a mistyped word must never widen or silently narrow what a change touches. `!` inside an expression
is refused, because `a,!b` is read as two different things.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TypeVar
from unicodedata import normalize

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from inventory import traits
from inventory.model import County, Device, Host, Unit
from inventory.traits import BARE, KEYS, Traits

T = TypeVar("T")
SHOWN = 12
"""of more choices than these, only the nearest are named"""
DEVICES, UNITS = _("no device fits {term}"), _("no unit fits {term}")
HOSTS, MEMBERS = _("no host fits {term}"), _("no device or host fits {term}")


@dataclass(frozen=True)
class Term:
    """One alternative: a key (`BARE` for a word without one) and a value, folded."""

    key: str
    value: str
    goes_on: bool = field(default=False, compare=False)
    """whether it was written without a key and goes on with the one before it"""

    def __str__(self) -> str:
        return f"{self.key}={self.value}" if self.key else self.value


@dataclass(frozen=True)
class Expression:
    """One `--only`: its alternatives, and whether it means all but those."""

    terms: tuple[Term, ...]
    negated: bool = False


def select_devices(county: County, expressions: Sequence[str] | None) -> tuple[Device, ...]:
    """Return the devices that fit every expression; all without one. Raises BadInput with every problem."""
    known = [(device, traits.of_device(county, device)) for device in county.devices] if expressions else []
    return _select(county, known, expressions or (), DEVICES) if expressions else county.devices


def select_units(county: County, expressions: Sequence[str] | None) -> tuple[Unit, ...]:
    """Return the units that fit every expression; all without one. Raises BadInput with every problem."""
    known = [(unit, traits.of_unit(county, unit)) for unit in county.units] if expressions else []
    return _select(county, known, expressions or (), UNITS) if expressions else county.units


def select_hosts(county: County, hosts: Sequence[Host], expressions: Sequence[str] | None) -> tuple[Host, ...]:
    """Return those of some hosts that fit every expression; all without one. Raises BadInput with every problem."""
    known = [(host, traits.of_host(county, host)) for host in hosts]
    return _select(county, known, expressions, HOSTS) if expressions else tuple(hosts)


def select_members(county: County, expressions: Sequence[str] | None) -> tuple[Device | Host, ...]:
    """Return the devices and hosts that fit every expression; all without one. Raises BadInput with every problem."""
    known: list[tuple[Device | Host, Traits]] = [(d, traits.of_device(county, d)) for d in county.devices]
    known += [(host, traits.of_host(county, host)) for host in county.hosts]
    return _select(county, known, expressions, MEMBERS) if expressions else tuple(member for member, _t in known)


def parse(text: str) -> tuple[Expression, tuple[Problem, ...]]:
    """Return an expression, and what is wrong with it; the expression holds the terms that are right."""
    plain = fold(text).replace("、", ",").strip()
    negated = plain.startswith("!")
    terms, problems, key = list[Term](), list[Problem](), BARE
    for word in plain.removeprefix("!").split(","):
        name, equals, value = word.partition("=")
        key = name.strip() if equals else key
        term = Term(key, (value if equals else word).strip(), not equals and key not in (BARE, "name"))
        problem = _wrong(term, word)
        if problem:
            problems.append(problem)
        else:
            terms.append(term)
    return Expression(tuple(terms), negated), tuple(problems)


def fold(text: str) -> str:
    """Return a text with full-width signs made plain (NFKC) and in small letters."""
    return normalize("NFKC", text).casefold()


def _wrong(term: Term, word: str) -> Problem | None:
    if "!" in (term.key[:1], term.key[-1:], term.value[:1]):
        message = _("{term}: ! stands once, before the whole expression, and means all but that")
        return _problem(message, term, wanted=f"--only '!{word.replace('!', '').strip()}'")
    if term.key not in (BARE, *KEYS):
        near = get_close_matches(term.key, KEYS, n=1)
        wanted = f"{near[0]}={term.value}" if near else ", ".join(KEYS)
        return _problem(_("{term}: there is no such key to select by"), term, wanted=wanted)
    if not term.value:
        return _problem(_("{term}: nothing is named"), term)
    return None


def _problem(message: str, term: Term, wanted: str = "") -> Problem:
    return Problem(message, {"term": str(term) or "''"}, where="--only", wanted=wanted)


def _unfit(message: str, term: Term, values: "_Values") -> Problem:
    """Return that nothing fits a term; of a word that went on with a key, also how a name is written there."""
    if not term.goes_on:
        return _problem(message, term, wanted=values.near(term))
    name = Term("name", term.value)
    near = [f"name={one.partition(' ')[0]}" for one in values.near(name).split(", ")[:2] if one]
    wanted = [str(name)] if values.matching(name) else [*filter(None, [values.near(term)]), *near]
    hint = _("{unfit}: {value} has no key and goes on with {key}= before it; a name is written {name}")
    told = {"unfit": {"message": message, "values": {"term": str(term)}}, "value": term.value, "key": term.key}
    return Problem(hint, {**told, "name": str(name)}, where="--only", wanted=", ".join(wanted))


def _select(county: County, known: Sequence[tuple[T, Traits]], texts: Sequence[str], unfit: str) -> tuple[T, ...]:
    parsed = [parse(text) for text in texts]
    values = _Values(county, [found for _subject, found in known])
    problems = [problem for _expression, wrong in parsed for problem in wrong]
    terms = [term for expression, _wrong_terms in parsed for term in expression.terms]
    problems += [_unfit(unfit, term, values) for term in terms if not values.matching(term)]
    if problems:
        raise BadInput(problems)
    fitting = [values.judge(expression) for expression, _wrong_terms in parsed]
    chosen = tuple(subject for subject, found in known if all(fits(found) for fits in fitting))
    if not chosen:
        both = " ".join(f"--only '{text}'" for text in texts)
        raise BadInput([Problem(_("each fits something, but nothing fits all of it"), where="--only", found=both)])
    return chosen


class _Values:
    """Every value that the subjects have, by key, and which of them a term means."""

    def __init__(self, county: County, known: Sequence[Traits]) -> None:
        self.spoken = traits.spoken(county)
        self.known: Mapping[str, Collection[str]] = {
            key: dict.fromkeys(value for found in known for value in found.get(key, ())) for key in (BARE, *KEYS)
        }

    def matching(self, term: Term) -> frozenset[str]:
        """Return the values that a term means."""
        wild = any(sign in term.value for sign in "*?[")
        return frozenset(
            value
            for value in self.known[term.key]
            if any(fnmatchcase(n, term.value) if wild else n == term.value for n in self._names(term.key, value))
        )

    def judge(self, expression: Expression) -> Callable[[Traits], bool]:
        """Return the function that says whether something fits an expression."""
        wanted = [(term.key, self.matching(term)) for term in expression.terms]

        def fits(found: Traits) -> bool:
            return any(not meant.isdisjoint(found.get(key, ())) for key, meant in wanted) != expression.negated

        return fits

    def near(self, term: Term) -> str:
        """Return the nearest names that there are; all of them if they are few."""
        choices = list(self.known[term.key])
        if len(choices) <= SHOWN:
            return ", ".join(choices)
        by_name = {name: value for value in choices for name in self._names(term.key, value)}
        nearest = get_close_matches(term.value, by_name, n=4, cutoff=0.5)
        return ", ".join(dict.fromkeys(self._told(term.key, by_name[name]) for name in nearest))

    def _names(self, key: str, value: str) -> Iterator[str]:
        yield value
        name = self.spoken.get(key, {}).get(value)
        if name:
            yield fold(name)

    def _told(self, key: str, value: str) -> str:
        name = self.spoken.get(key, {}).get(value)
        return f"{value} ({name})" if name else value
