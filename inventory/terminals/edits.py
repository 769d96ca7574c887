"""What a terminal that is connected, or that goes, changes in the county folder: one list of edits each. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from countynet.errors import BadInput, Conflict, Problem
from countynet.i18n import _
from inventory import names
from inventory.model import County, Pools, Terminal, Unit
from inventory.record.edit import Drop, Edit, Plain, Put, Set
from inventory.terminals.model import Application, Held, Place
from inventory.terminals.place import free_ports

Written = Sequence[Mapping[str, Plain]]
"""a unit's terminals as its file has them, so that what a person wrote keeps its order"""


def connect(
    county: County, written: Written, found: Application, port: str, macs: Mapping[str, str], held: Held, today: date
) -> tuple[Edit, ...]:
    """Return the edits that add an approved terminal; none when it stands there already.

    `macs` are the addresses read off, by terminal; `held` is what other applications hold. Raises Conflict when
    somebody used what was held meanwhile, BadInput for a port that the CPE has not or that is not free.
    """
    unit, place = county.unit_by_id[found.unit], found.place
    assert place is not None
    if stands(county, found):
        return ()
    _refuse_taken(county, unit, found)
    _refuse_port(county, unit, port, held)
    new: dict[str, Plain] = {
        "name": place.terminal,
        "address": str(place.address),
        "address6": str(place.address6) if place.address6 else None,
        "mac": macs[place.terminal],
        "user": found.request.user,
        "added_on": today.isoformat(),
    }
    terminals: list[Plain] = [*(_with_mac(t, macs) for t in written), new]
    cable = {
        "id": f"cable-{place.terminal}",
        "a": f"{place.cpe}:{port}",
        "b": f"{place.terminal}:{names.HOST}",
        "kind": "copper",
    }
    return (Set("units", unit.id, "terminals", terminals), Put("cables", cable), *_spent(county, today))


def stands(county: County, found: Application) -> bool:
    """Whether the application's terminal is in the inventory: with its name and its computer's address."""
    unit = county.unit_by_id.get(found.unit)
    if unit is None or found.place is None:
        return False
    return any(t.name == found.place.terminal and t.mac == found.request.mac for t in unit.terminals)


def port_of(county: County, place: Place) -> str | None:
    """Return the port of its CPE that a terminal is cabled to."""
    own = next((c for c in county.cables if c.id == f"cable-{place.terminal}"), None)
    ends = (own.a, own.b) if own else ()
    return next((end.port for end in ends if end.node == place.cpe), None)


def _refuse_taken(county: County, unit: Unit, found: Application) -> None:
    """Raise Conflict when somebody who edited the inventory took what was held."""
    place = found.place
    assert place is not None
    used = {*county.device_by_name, *county.host_by_name, *county.unit_by_terminal}
    used |= {str(address) for t in unit.terminals for address in (t.address, t.address6)}
    wanted = (place.terminal, str(place.address), *((str(place.address6),) if place.address6 else ()))
    lost = [value for value in wanted if value in used]
    if place.address not in unit.lan:
        lost.append(str(place.address))
    if county.cpe_by_unit[unit.id].name != place.cpe:
        lost.append(place.cpe)
    if lost:
        message = _("{values} went to somebody else meanwhile; decline the order and approve a new application")
        raise Conflict(message, values=", ".join(lost))


def _refuse_port(county: County, unit: Unit, port: str, held: Held) -> None:
    free = free_ports(county, unit, held)
    if port not in free:
        wanted = ", ".join(free)
        raise BadInput([Problem(_("this is no free LAN port"), where="port", found=port, wanted=wanted)])


def _with_mac(terminal: Mapping[str, Plain], macs: Mapping[str, str]) -> Plain:
    mac = macs.get(str(terminal["name"]))
    return {**terminal, "mac": mac} if mac else dict(terminal)


def remove(county: County, written: Written, name: str, today: date) -> tuple[Edit, ...]:
    """Return the edits that take a terminal out and hold what it had in quarantine. Raises BadInput for no terminal."""
    unit = county.unit_by_terminal.get(name)
    if unit is None:
        raise BadInput([Problem(_("there is no terminal {terminal}"), {"terminal": name}, where="terminal")])
    pools = county.plan.pools
    until = today + timedelta(days=pools.quarantine_days if pools else Pools.model_fields["quarantine_days"].default)
    left: list[Plain] = [dict(t) for t in written if t["name"] != name]
    gone = next(t for t in unit.terminals if t.name == name)
    return (
        Set("units", unit.id, "terminals", left),
        *(Drop("cables", c.id) for c in county.cables if name in (c.a.node, c.b.node)),
        *_spent(county, today),
        *_freed(gone, unit.id, until),
    )


def _freed(gone: Terminal, unit: str, until: date) -> Iterator[Put]:
    addresses = (str(address) for address in (gone.address, gone.address6) if address)
    for kind, value in (*(("address", a) for a in addresses), ("name", gone.name)):
        said: dict[str, Plain] = {"id": f"{kind} {value}", "kind": kind, "value": value}
        yield Put("quarantine", said | {"was": f"{gone.name} {unit}", "until": until.isoformat()})


def _spent(county: County, today: date) -> Iterator[Drop]:
    yield from (Drop("quarantine", freed.id) for freed in county.quarantine if freed.until <= today)
