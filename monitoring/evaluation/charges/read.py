"""Reads the ledgers that a month's charges are made of."""

from datetime import datetime

from sqlalchemy import Engine

from countynet import clock
from countynet.db import reading
from inventory.model import County
from inventory.month import Month
from monitoring.cause.verdict import Said
from monitoring.evaluation.charges.model import Charges, charges
from monitoring.evaluation.rules import Rules
from monitoring.ledger.read import units_month


def month_charges(
    engine: Engine, county: County, month: Month, rules: Rules, now: datetime | None = None, unit: str = "",
    said: Said | None = None,
) -> Charges:  # fmt: skip
    """Return what a month's lines cost, of one unit or of all; of the present month, what stands until now.

    `said`: what it is judged by.
    """
    at = now or clock.now()
    units = [unit] if unit else [one.id for one in county.units]
    with reading(engine) as session:
        found = charges(county, month, units_month(session, units, month, at), rules, at, said)
    return found.of_unit(unit) if unit else found
