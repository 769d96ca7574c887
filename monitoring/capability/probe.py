"""Finds out what devices answer, and reads what they tell: the only part that talks, through the seam of bulk polling.

A device that is silent or talks nonsense is a result, never an exception. Where an agent answers a part of the probe
with an error, the part is halved until the table that it refuses is known; the others are not lost.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from countynet import clock
from monitoring.capability import asking
from monitoring.capability.library import Library
from monitoring.capability.model import Capabilities, Capability, key
from monitoring.capability.names import ENTITY_NAME, Names, dotted, entities, interfaces, text
from monitoring.capability.quantity import Quantity
from monitoring.capability.read import Reading, readings, telling
from monitoring.capability.table import Source
from monitoring.snmp.questions import SYS_UPTIME
from monitoring.snmp.seam import Answer, Poller, Question, Target


@dataclass(frozen=True)
class Sensed:
    """What one device said of its sensors. `error` empty: all of it; a message id otherwise."""

    readings: tuple[Reading, ...] = ()
    error: str = ""
    object_id: str = ""
    """empty when it did not say"""
    asked: frozenset[Quantity] = frozenset(Quantity)
    """what it was asked about: of the rest nothing follows"""


async def probe(poller: Poller, targets: Iterable[Target], library: Library) -> dict[str, Capability]:
    """Return what each device answers; one that does not answer has an `error`."""
    answers = await poller.ask(targets, asking.IDENTITY)
    found = {device: _identity(answer, library) for device, answer in answers.items()}
    by_platform: dict[str, list[Target]] = {}
    for device, capability in found.items():
        if not capability.error:
            by_platform.setdefault(capability.platform, []).append(answers[device].target)
    for platform, members in by_platform.items():
        found |= await _tables(poller, members, library, found, platform)
    return found


async def sense(
    poller: Poller,
    targets: Iterable[Target],
    known: Capabilities,
    polled: Mapping[str, Answer],
    library: Library,
    about: frozenset[Quantity] = frozenset(Quantity),
) -> dict[str, Sensed]:
    """Read (some quantities of) the sensors of some devices.

    `polled` are the answers of this cycle, which name interfaces afresh. A device with nothing to read says nothing.
    """
    wanted = [(target, known[target.device].sources(library)) for target in targets if target.device in known]
    groups = _alike((target, tuple(s for s in sources if s.quantity in about)) for target, sources in wanted)
    asked = [poller.ask(members, asking.reading(sources)) for sources, members in groups]
    done = {target.device: Sensed(asked=about) for target, _sources in wanted}
    for (sources, _members), answers in zip(groups, await asyncio.gather(*asked), strict=True):
        for device, answer in answers.items():
            done[device] = replace(_sensed(answer, sources, _names(known[device], polled.get(device))), asked=about)
    return done


def _sensed(answer: Answer, sources: Sequence[Source], names: Names) -> Sensed:
    if answer.error:
        return Sensed(error=answer.error)
    return Sensed(tuple(readings(answer, sources, names)), object_id=_dotted(answer, asking.SYS_OBJECT))


def _names(known: Capability, polled: Answer | None) -> Names:
    fresh = interfaces(polled) if polled is not None else {}
    return replace(known.names, interfaces={**known.names.interfaces, **fresh})


def _identity(answer: Answer, library: Library) -> Capability:
    device = answer.target.device
    if answer.error:
        return Capability(device, error=answer.error)
    object_id, uptime = _dotted(answer, asking.SYS_OBJECT), answer.scalars.get(SYS_UPTIME)
    return Capability(
        device,
        platform=library.platform_of(object_id),
        object_id=object_id,
        description=text(answer.scalars.get(asking.SYS_DESCR))[:200],
        uptime=uptime / 100 if isinstance(uptime, int) else 0.0,
    )


def _dotted(answer: Answer, scalar: str) -> str:
    value = answer.scalars.get(scalar)
    return dotted(value) if isinstance(value, bytes) else ""


async def _tables(
    poller: Poller, targets: Sequence[Target], library: Library, known: Capabilities, platform: str
) -> dict[str, Capability]:
    """Finish the probe of the devices of one platform."""
    sources = library.of(platform)
    has = {target.device: _Has() for target in targets}
    for part in asking.parts(asking.probed(sources)):
        await _part(poller, targets, part, has)
    named = await _read_names(poller, targets, has)
    found = {}
    for target in targets:
        state = has[target.device]
        capability = replace(known[target.device], present=frozenset(state.present), refused=frozenset(state.refused))
        found[target.device] = replace(capability, names=named.get(target.device, Names()), error=state.error)
    return found | await _choose(poller, targets, found, sources)


@dataclass
class _Has:
    present: set[str]
    refused: set[str]
    error: str = ""

    def __init__(self) -> None:
        self.present, self.refused = set(), set()


async def _part(poller: Poller, targets: Sequence[Target], columns: Sequence[str], has: Mapping[str, _Has]) -> None:
    alive = [target for target in targets if not has[target.device].error]
    answers = await poller.ask(alive, asking.probe(columns))
    again = []
    for device, answer in answers.items():
        if not answer.error:
            has[device].present |= {column for column in columns if column in answer.scalars}
        elif not answer.scalars and await _silent(poller, answer.target):
            has[device].error = answer.error
        elif len(columns) == 1:
            has[device].refused |= set(columns)
        else:
            again.append(answer.target)
    if again:
        middle = len(columns) // 2
        await _part(poller, again, columns[:middle], has)
        await _part(poller, again, columns[middle:], has)


async def _silent(poller: Poller, target: Target) -> bool:
    answers = await poller.ask([target], asking.IDENTITY)
    return bool(answers[target.device].error)


async def _read_names(poller: Poller, targets: Sequence[Target], has: Mapping[str, _Has]) -> dict[str, Names]:
    alive = [target for target in targets if not has[target.device].error]
    with_parts = [target for target in alive if ENTITY_NAME in has[target.device].present]
    without = [target for target in alive if ENTITY_NAME not in has[target.device].present]
    found = {}
    for members, question in ((with_parts, asking.ENTITIES), (without, asking.INTERFACE_NAMES)):
        for device, answer in (await poller.ask(members, question)).items():
            known = interfaces(answer)
            found[device] = Names(known, entities(answer, known))
    return found


async def _choose(
    poller: Poller, targets: Sequence[Target], found: Capabilities, sources: Sequence[Source]
) -> dict[str, Capability]:
    """Read everything once, and choose what is read from then on."""
    present = {t: found[t.device].present for t in targets if not found[t.device].error}
    groups = _alike((t, tuple(s for s in sources if s.column in columns)) for t, columns in present.items())
    chosen = {t.device: replace(found[t.device], at=clock.now()) for t in present}
    for own, members in groups:
        question: Question = asking.reading(own)
        for device, answer in (await poller.ask(members, question)).items():
            told = tuple(key(source) for source in telling(answer, own, found[device].names))
            at = None if answer.error else clock.now()
            chosen[device] = replace(found[device], told=told, at=at, error=answer.error)
    return chosen


def _alike(wanted: Iterable[tuple[Target, tuple[Source, ...]]]) -> list[tuple[tuple[Source, ...], list[Target]]]:
    """Return devices by what is read of them, so that those alike are asked together; none of which nothing is read."""
    groups: dict[tuple[str, ...], tuple[tuple[Source, ...], list[Target]]] = {}
    for target, sources in wanted:
        if sources:
            groups.setdefault(tuple(map(key, sources)), (sources, []))[1].append(target)
    return list(groups.values())
