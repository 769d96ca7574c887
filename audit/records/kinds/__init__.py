"""The kinds of records, each a table: what is asked for and what can happen to it."""

from audit.records.kinds import drill, regulation, training, visit
from audit.records.model import Kind, Sort
from countynet.errors import BadInput, Problem
from countynet.i18n import _

SORTS: dict[Kind, Sort] = {one.kind: one for one in (visit.SORT, drill.SORT, training.SORT, regulation.SORT)}


def sort_of(name: str) -> Sort:
    """Return a kind by name. Raises BadInput for a name that there is not, naming those there are."""
    if name not in SORTS:
        known = ", ".join(SORTS)
        raise BadInput([Problem(_("there are no records of {name!r}"), {"name": name}, wanted=known)])
    return SORTS[Kind(name)]
