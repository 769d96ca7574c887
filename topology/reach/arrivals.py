"""Where packets arrive, as every engine says it; and answers that an engine keeps of itself. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from inspect import Parameter, signature
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast
from weakref import ref

from topology.reach.network import Network, forger
from topology.reach.space import Set

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


class _Answers(dict[Any, Answer]):
    """The answers of one method of one object, by what it was asked about: asked for the first time, it is worked out.

    The object is not held: with all that hangs on it, it is let go when the last who uses it lets it go, not by chance.
    """

    def __init__(self, ask: Callable[..., Answer], asked: object) -> None:
        super().__init__()
        self._ask, self._asked = ask, ref(asked)

    def __missing__(self, about: Any) -> Answer:
        found = self[about] = self._ask(self._asked(), about)
        return found


class remembered(Generic[Asked, Answer]):
    """Keep the answers of a method in its object; functools would keep the object itself, for ever.

    What a method was asked about has to be hashable, and by position. The object's own attribute stands for the method
    from its first use: the proof asks a hundred thousand times.
    """

    def __init__(self, ask: Callable[Concatenate[Any, Asked], Answer]) -> None:
        self._ask, self._name = ask, ask.__name__
        kinds = [about.kind for about in signature(ask).parameters.values()]
        self._alone = kinds[1:] == [Parameter.POSITIONAL_OR_KEYWORD]

    def __get__(self, asked: object, _kind: type) -> Callable[Asked, Answer]:
        """Return what answers from now on."""
        ask: Callable[..., Answer] = self._ask
        answers = _Answers(ask if self._alone else lambda one, about: ask(one, *about), asked)
        kept = answers.__getitem__ if self._alone else lambda *about: answers[about]
        vars(asked)[self._name] = kept
        return cast(Callable[Asked, Answer], kept)


@dataclass(frozen=True)
class Arrivals:
    """Where packets of one source arrive."""

    source: str
    at: dict[str, Set]
    """by place"""
    devices: dict[str, Set]
    """what each device takes for itself"""
    passed: frozenset[str]
    """every device that any of the packets met: what the answer depends on"""
    met: Mapping[tuple[str, str], Set] = field(default_factory=dict)
    """by device and interface: what came in there, before any translation or filter of the device"""
    carried: frozenset[str] = frozenset()
    """the devices that switched any of the packets, whether they route or not"""
    rewritten: Set = None
    """every packet that was translated on its way, as it was and as it became"""
    crossed: frozenset[tuple[str, str]] = frozenset()
    """by device and interface: the ways by which packets were sent onto a domain"""

    @cached_property
    def ports(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """By device: where packets came in."""
        found: dict[str, tuple[tuple[str, str], ...]] = {}
        for port in self.met:
            found[port[0]] = (*found.get(port[0], ()), port)
        return found


def carried(network: Network, source: str, crossed: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return the devices that switch what a source sends: on the domains where it begins, and on those it crosses."""
    begun = (*network.entered(source), *network.held.get(forger(source), ()))
    there = (network.of[port] for port in crossed if port in network.of)
    return frozenset(device for domain in (*begun, *there) for device in domain.carriers)
