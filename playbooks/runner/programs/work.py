"""The seam between a run and what carries it out: what it is given, what it says meanwhile, and how it ended."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import Engine

from countynet.people import Actor
from countynet.settings import Settings
from inventory.model import County
from playbooks.runner.model import Playbook
from playbooks.servers.run import Heard, HostResult


@dataclass(frozen=True)
class Work:
    """What a program is given."""

    settings: Settings
    engine: Engine
    playbook: Playbook
    values: Mapping[str, str]
    """of the launch form, secrets in clear"""
    names: tuple[str, ...]
    """the units, devices or servers that the target names, all that the program is for when empty"""
    actor: Actor
    looks: bool
    """say what would be changed, change nothing"""
    only: tuple[str, ...] = ()
    """of the hosts only these: those that failed the last time"""
    plan: int | None = None
    """the plan that the look before made"""
    heard: Callable[[Heard], None] = lambda said: None
    cuts: Callable[[Sequence[str]], None] = lambda names: None
    """called when it is about to cut off what depends on some devices or servers, none: on what its target means"""
    cancelled: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True)
class Ended:
    """How it ended."""

    good: bool
    hosts: tuple[HostResult, ...] = ()
    words: str = ""
    """why not, or what is still to be done, in the language of the context"""
    plan: int | None = None
    waits: bool = False
    """whether it goes on once the plan is approved"""


class Program(Protocol):
    """Something that carries out playbooks."""

    def touches(self, county: County, playbook: Playbook, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return the devices and servers that it would lay hold of. Raises BadInput, CountyError when there is none."""
        ...

    def run(self, work: Work) -> Ended:
        """Do it, or look. Raises CountyError when it cannot begin."""
        ...
