"""Asking recorded agents as the poller asks real ones, but for the wire."""

import asyncio
from collections.abc import Mapping
from functools import cache

import pytest

from benchmarks.recorded import FOLDER, RecordedPoller, Recording, find, roots
from monitoring.capability.library import library
from monitoring.capability.model import Capability
from monitoring.capability.probe import Sensed, probe, sense
from monitoring.snmp.ber import oid
from monitoring.snmp.seam import Answer, Target, Value

recorded = pytest.mark.skipif(not FOLDER.exists(), reason="the recorded agents are not installed: make dev")
TARGET = Target("here", "127.0.0.1")


@cache
def agent(name: str) -> Recording:
    """Return a recorded agent; those that are large are read once."""
    return Recording(find(name), roots(library()))


def poller(name: str) -> RecordedPoller:
    return RecordedPoller({TARGET.device: agent(name)})


@cache
def told(name: str) -> tuple[Capability, Sensed]:
    """Probe and read one recorded agent."""

    async def ask() -> tuple[Capability, Sensed]:
        found = await probe(poller(name), [TARGET], library())
        said = await sense(poller(name), [TARGET], found, {}, library())
        return found[TARGET.device], said.get(TARGET.device, Sensed())

    return asyncio.run(ask())


def answer(said: Mapping[str, Mapping[str, Value]], scalars: Mapping[str, Value] | None = None) -> Answer:
    """Return an answer of an agent that has these columns, each by its row in numbers."""
    columns = {column: {row_of(row): value for row, value in rows.items()} for column, rows in said.items()}
    return Answer(TARGET, columns=columns, scalars=dict(scalars or {}))


def row_of(row: str) -> bytes:
    """Return a row's index as it stands on the wire."""
    return oid(f"1.3.{row}")[1:]
