"""What one worker leaves for the next: each device's last readings, and how a round went.

It lies in Redis for minutes: losing it costs one gap in the rates, nothing else. Readings are kept by device with their
slot, so that whoever polls a slot again sees that it was done.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from monitoring.scale.leases import key
from monitoring.series.rates import Reading
from monitoring.series.seam import Interface, Sample

if TYPE_CHECKING:
    from redis import Redis

_SECONDS = 600


class Left(NamedTuple):
    """What is left of a device."""

    slot: int
    error: str
    """why its agent failed in that round, empty when it answered"""
    samples: tuple[Sample, ...]
    """as last read, without rates"""


def leave(redis: "Redis", county: str, slot: int, errors: Mapping[str, str], samples: Iterable[Sample]) -> None:
    """Leave the readings of the devices that answered, and the errors of those that did not."""
    by_device: dict[str, list[Sample]] = {}
    for sample in samples:
        by_device.setdefault(sample.interface.device, []).append(sample)
    with redis.pipeline(transaction=False) as pipe:
        for device, error in errors.items():
            said = json.dumps([slot, error, [_packed(sample) for sample in by_device.get(device, ())]])
            pipe.set(key("last", f"{county}:{device}"), said, ex=_SECONDS)
        pipe.execute()


def left(redis: "Redis", county: str, devices: Collection[str]) -> dict[str, Left]:
    """Return what is left of devices; those of which nothing is are absent."""
    names = list(devices)
    found = redis.mget([key("last", f"{county}:{name}") for name in names]) if names else []
    return {
        name: Left(slot, error, tuple(_unpacked(name, row) for row in rows))
        for name, said in zip(names, found, strict=True)
        if said is not None
        for slot, error, rows in (json.loads(said),)
    }


def readings(found: Mapping[str, Left]) -> dict[Interface, Reading]:
    """Return the readings that rates are taken from."""
    return {sample.interface: sample.reading for one in found.values() for sample in one.samples}


def _packed(sample: Sample) -> list[Any]:
    r = sample.reading
    reading = [r.clock, r.uptime, r.index, r.discontinuity, r.speed, r.counters, r.wide]
    return [sample.interface.name, reading, sample.admin, sample.oper]


def _unpacked(device: str, row: list[Any]) -> Sample:
    name, (clock, uptime, index, discontinuity, speed, counters, wide), admin, oper = row
    reading = Reading(clock, uptime, index, discontinuity, speed, tuple(counters), wide)
    return Sample(Interface(device, name), reading, admin, oper, None)


@dataclass(frozen=True)
class Tally:
    """How a round over a county went, added up over its portions."""

    devices: int = 0
    answered: int = 0
    interfaces: int = 0
    values: int = 0
    milliseconds: int = 0
    """from the round's begin to its last portion's end"""
    cpu_milliseconds: int = 0
    late_milliseconds: int = 0
    """how long after the round's begin the last portion was begun"""


_SUMS = ("devices", "answered", "interfaces", "values", "cpu_milliseconds")


def tally(redis: "Redis", name: str, one: Tally) -> None:
    """Add a portion's figures to its round's (`county:slot`)."""
    place = key("tally", name)
    with redis.pipeline(transaction=False) as pipe:
        for field in _SUMS:
            pipe.hincrby(place, field, getattr(one, field))
        for field in ("milliseconds", "late_milliseconds"):
            pipe.eval(_MOST, 1, place, field, str(getattr(one, field)))
        pipe.expire(place, _SECONDS)
        pipe.execute()


_MOST = (
    "local old=tonumber(redis.call('hget',KEYS[1],ARGV[1]) or '0') "
    "if tonumber(ARGV[2])>old then redis.call('hset',KEYS[1],ARGV[1],ARGV[2]) end return 1"
)


def tallied(redis: "Redis", name: str) -> Tally:
    """Return a round's figures as far as they came in."""
    found: dict[str, str] = redis.hgetall(key("tally", name))  # type: ignore[assignment]
    return Tally(**{field: int(value) for field, value in found.items()})
