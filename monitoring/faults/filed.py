"""Faults that other rooms have opened (`countynet.faultdesk`): a report like any other, by a person who may report."""

from sqlalchemy import Engine

from countynet.people import Actor
from monitoring.faults.service import Faults


def file(engine: Engine, unit: str, title: str, words: str, actor: Actor) -> int:
    """File a report for a unit and return its fault's number. Raises NotAllowed, BadInput."""
    return Faults(engine).report(unit, title, words, "", actor)
