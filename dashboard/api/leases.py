"""What the operations about leases do: who has which address, and how full the pools are, as the last look saw it."""

from dashboard.api import cursors
from dashboard.api import lease_models as models
from dashboard.api.declare import Answer, Call, Nothing
from dashboard.api.service import Api
from playbooks.leases import watch
from playbooks.leases.standing import Row, Standing


def leases(api: Api, call: Call[models.LeasesQuery, Nothing]) -> Answer:
    """List the leases by address; a unit's token sees those in its own LAN."""
    query, found = call.query, _seen(api, call)
    after = cursors.keys(query.cursor, (str,))
    rows = [
        row
        for row in sorted(found.rows, key=lambda row: row.lease.address)
        if (not query.unit or (row.unit is not None and row.unit.id in query.unit))
        and (not query.state or row.state in query.state)
        and (after is None or row.lease.address > cursors.address(after[0]))
    ]
    page, last = cursors.cut(rows, query.limit)
    return Answer(
        models.LeasePage(
            look=_look(found),
            items=tuple(_lease(row) for row in page),
            next=cursors.cursor([str(last.lease.address)]) if last else None,
        )
    )


def pools(api: Api, call: Call[Nothing, Nothing]) -> Answer:
    """List the pools; a unit's token sees its own."""
    found = _seen(api, call)
    items = tuple(
        models.Pool(
            unit=pool.unit.id, first=pool.first, last=pool.last, taken=pool.taken, addresses=pool.room, full=pool.full
        )
        for pool in found.pools
    )
    return Answer(models.Pools(look=_look(found), items=items))


def _seen(api: Api, call: Call[models.LeasesQuery, Nothing] | Call[Nothing, Nothing]) -> Standing:
    found = watch.last(api.engine, api.source.whole())
    return found if call.actor.clerk_of is None else found.of_unit(call.actor.clerk_of)


def _look(found: Standing) -> models.LeaseLook:
    look = found.look
    return models.LeaseLook(
        given_out=found.host is not None,
        asked=look.at if look else None,
        answered=look.answered if look else None,
        read=look.read if look else None,
    )


def _lease(row: Row) -> models.Lease:
    lease, owner = row.lease, row.owner
    return models.Lease(
        address=lease.address,
        mac=lease.mac,
        name=lease.name,
        ends=lease.ends,
        unit=row.unit.id if row.unit else None,
        terminal=owner.terminal.name if owner else None,
        terminal_unit=owner.unit.id if owner else None,
        state=row.state,
    )
