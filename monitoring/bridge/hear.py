"""Does here what a ticket of theirs asks, with what is agreed after it, in one transaction: once, whoever is killed."""

from sqlalchemy import Engine

from countynet.db import together
from countynet.errors import CountyError
from countynet.people import Actor
from countynet.vocabulary import Role
from monitoring.bridge import store
from monitoring.bridge.merge import Act, heard
from monitoring.bridge.model import Bridge, Deed, Platform
from monitoring.bridge.ours import actor_name, mapped
from monitoring.bridge.ticket import Ticket
from monitoring.faults import store as faults
from monitoring.faults.comments import comment
from monitoring.faults.service import Faults


def hear(engine: Engine, bridge: Bridge, platform: Platform, ticket: Ticket) -> int:
    """Do what a known ticket asks; return how many things that were."""
    with together(engine) as session:
        link = store.link(session, platform.name, ticket.id)
        row = faults.get(session, link.fault) if link is not None and link.fault is not None else None
        if link is None or row is None:
            return 0
        acts, seen = heard(bridge, platform, link.seen, ticket, mapped(session, bridge, row))
        for act in acts:
            _do(engine, platform, link, row, act)
        link.seen = seen
        return len(acts)


def _do(engine: Engine, platform: Platform, link: store.BridgeLink, row: faults.Fault, act: Act) -> None:
    """Take a step, or write a comment: also when the step is refused."""
    center = Actor(actor_name(platform), Role.CENTER)
    try:
        if act.deed is Deed.DISPATCH:
            Faults(engine).dispatch(row.id, center, act.text)
        elif act.deed is Deed.REOPEN and link.origin == store.THEIRS:
            # who reported by the platform speaks for the unit
            Faults(engine).reopen(row.id, Actor(center.name, Role.UNIT, row.unit), act.text)
        else:
            comment(engine, row.id, center, act.text, platform.name)
    except CountyError:
        comment(engine, row.id, center, act.text, platform.name)
