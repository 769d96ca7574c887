"""What is told of the leases: sentences about the look, cells of the command's table, and a document for programs."""

from collections.abc import Iterator
from datetime import datetime

from countynet import clock
from countynet.canonical import JSON
from countynet.i18n import _, translate
from playbooks.leases.standing import STATES, Pool, Row, Standing


def notes(found: Standing) -> Iterator[str]:
    """Yield all that a reader has to know of the look."""
    yield from about(found)
    yield from doubts(found)


def about(found: Standing, *, insider: bool = True) -> Iterator[str]:
    """Yield what keeps the look from being one of now; why the server did not answer is for insiders."""
    look = found.look
    if found.host is None:
        yield translate(_("This county gives out no addresses (plan.dhcp is absent): computers have fixed ones."))
    elif look is None:
        yield translate(_("The server has not been asked for its leases yet."))
    elif not look.answered:
        said = translate(_("The server did not answer at {time}."), time=local(look.at))
        yield f"{said} {look.words}" if insider else said
        if look.read:
            yield translate(_("What follows is what the look at {time} saw."), time=local(look.read))
        else:
            yield translate(_("It has not answered any look yet."))
    elif found.old(clock.now()):
        yield translate(_("The last look was at {time}; nobody has looked since."), time=local(look.at))


def doubts(found: Standing) -> Iterator[str]:
    """Yield what makes a look less than certain: the server's clock, lines that are no leases. For insiders."""
    if found.look is None:
        return
    said = found.look.said
    if said.ahead:
        message = _("The server's clock is {seconds} s ahead of ours; ends are told by ours.")
        late = _("The server's clock is {seconds} s behind ours; ends are told by ours.")
        seconds = int(said.ahead.total_seconds())
        yield translate(message if seconds > 0 else late, seconds=abs(seconds))
    if said.read.wrong:
        message = _("Lines of the lease file that were not understood: {count}; the first: {line}")
        yield translate(message, count=said.read.wrong, line=said.read.sample)


def filling(pool: Pool, name: str) -> str:
    """Return what is said of a unit's pool that is nearly full."""
    message = _("The pool of {unit} is nearly full: {taken} of {room} addresses are given out.")
    return translate(message, unit=name, taken=pool.taken, room=pool.room)


def local(moment: datetime) -> str:
    """Return a moment on the county's clock."""
    return moment.astimezone(clock.CHINA).strftime("%Y-%m-%d %H:%M:%S")


def until(row: Row) -> str:
    """Return when a lease ends, on the county's clock."""
    return local(row.lease.ends) if row.lease.ends else translate(_("without end"))


def state(row: Row) -> str:
    """Return how a lease stands, with what is amiss."""
    said = translate(STATES[row.state])
    return f"{said}: {row.words}" if row.words else said


def cells(row: Row) -> tuple[str, ...]:
    """Return a lease's cells."""
    unit, lease = row.unit.id if row.unit else "-", row.lease
    return (unit, str(lease.address), lease.mac or "-", row.terminal, lease.name or "-", until(row), state(row))


def pool_cells(pool: Pool) -> tuple[str, ...]:
    """Return a pool's cells."""
    count = translate(_("{taken} of {room}"), taken=pool.taken, room=pool.room)
    said = translate(_("nearly full")) if pool.full else "-"
    return (pool.unit.id, f"{pool.first} - {pool.last}", count, said)


def document(found: Standing) -> dict[str, JSON]:
    """Return the leases with their look for programs."""
    look = found.look
    return {
        "server": found.host.name if found.host else None,
        "answered": look.answered if look else None,
        "asked": look.at.isoformat() if look else None,
        "read": look.read.isoformat() if look and look.read else None,
        "problem": look.words if look else "",
        "clock_ahead_seconds": int(look.said.ahead.total_seconds()) if look else 0,
        "lines_not_understood": look.said.read.wrong if look else 0,
        "leases": [row.document() for row in found.rows],
        "pools": [pool.document() for pool in found.pools],
    }
