"""What an approval gives: free, in no quarantine, held by nobody else, whatever the county looks like."""

from datetime import date, timedelta
from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from countynet.errors import BadInput
from inventory.model import Cable, County, Device, Freed, Terminal, Unit
from inventory.terminals.model import Held
from inventory.terminals.place import place
from tests.unit.inventory.terminals.people import TODAY, mac

QUIET = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def with_unit(
    county: County, unit: Unit, ports: tuple[str, ...], used: dict[str, str], freed: tuple[Freed, ...] = ()
) -> County:
    """Return the county with one unit changed, its CPE's ports, and what is plugged into which."""
    cpe = county.cpe_by_unit[unit.id].model_copy(update={"ports": ("dsl0", *ports)})
    old = {t.name for t in county.unit_by_id[unit.id].terminals}
    kept = [c for c in county.cables if not {c.a.node, c.b.node} & old]
    ends = [
        Cable.model_validate({"id": f"cable-{t}", "a": f"{cpe.name}:{p}", "b": f"{t}:eth0", "kind": "copper"})
        for p, t in used.items()
    ]
    parts = {name: getattr(county, name) for name in County.model_fields}
    parts |= {
        "units": tuple(unit if u.id == unit.id else u for u in county.units),
        "devices": tuple(cpe if d.name == cpe.name else d for d in county.devices),
        "cables": (*kept, *ends),
        "quarantine": freed,
    }
    return County.model_construct(**parts)


def terminals(unit: Unit, numbers: list[int]) -> tuple[Terminal, ...]:
    return tuple(
        Terminal(
            name=f"pc-{unit.number:03d}" + (f"-{place + 1}" if place else ""),
            address=unit.lan[number],
            address6=unit.lan6[number + 6] if unit.lan6 else None,
            mac=mac(number),
        )
        for place, number in enumerate(numbers)
    )


@QUIET
@given(
    data=st.data(),
    length=st.sampled_from([24, 26, 28, 29, 30]),
    count=st.integers(0, 4),
    ports=st.integers(1, 6),
)
def test_what_is_given_is_free_and_held_by_nobody(
    county: County, data: st.DataObject, length: int, count: int, ports: int
) -> None:
    unit = county.unit_by_id["u025"]
    lan = IPv4Network((unit.lan.network_address, length))
    hosts = range(2, lan.num_addresses - 1)
    some = st.lists(st.sampled_from(hosts), unique=True, max_size=8)
    unit = unit.model_copy(update={"lan": lan})
    unit = unit.model_copy(update={"terminals": terminals(unit, data.draw(some)[: min(count, ports)])})
    lans = tuple(f"lan{n}" for n in range(ports))
    plugged = dict(zip(lans, (t.name for t in unit.terminals), strict=False))
    until = data.draw(st.sampled_from([TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1)]))
    resting = [str(lan[n]) for n in data.draw(some)]
    freed = tuple(Freed(id=f"address {v}", kind="address", value=v, was="x", until=until) for v in resting)
    freed += (Freed(id="name pc-025-2", kind="name", value="pc-025-2", was="x", until=until),)
    held = Held(
        terminals=frozenset(data.draw(st.lists(st.sampled_from(["pc-025", "pc-025-2", "pc-025-3"])))),
        addresses=frozenset(str(lan[n]) for n in data.draw(some)),
        ports=frozenset(f"cpe-025:{p}" for p in data.draw(st.lists(st.sampled_from(lans)))),
    )
    now = with_unit(county, unit, lans, plugged, freed)
    taken = {str(t.address) for t in unit.terminals} | held.addresses | (set(resting) if until > TODAY else set())
    free = [n for n in hosts if str(lan[n]) not in taken]
    open_ports = [p for p in lans if p not in plugged and f"cpe-025:{p}" not in held.ports]
    if not free or not open_ports:
        with pytest.raises(BadInput) as told:
            place(now, "u025", held, TODAY)
        lacking = {"port"} - {"port" for _p in open_ports} | {"address"} - {"address" for _n in free}
        assert {p.where for p in told.value.problems} == lacking
        return
    given_ = place(now, "u025", held, TODAY)
    assert given_.address in lan
    assert given_.address not in (lan.network_address, lan[1], lan.broadcast_address)
    assert str(given_.address) not in taken
    assert given_.port == open_ports[0]
    names = {t.name for t in unit.terminals} | held.terminals | ({"pc-025-2"} if until > TODAY else set())
    assert given_.terminal not in names
    assert given_.address6 is not None
    assert given_.address6 in (unit.lan6 or ())
    assert given_.address6 not in {t.address6 for t in unit.terminals}


def first(
    county: County, unit: str = "u025", held: Held | None = None, today: date = TODAY
) -> tuple[str, str, str, str]:
    found = place(county, unit, held or Held(), today)
    return found.terminal, str(found.address), str(found.address6), found.port


def test_a_second_terminal_gets_the_numbers_after_the_first(county: County) -> None:
    lan6 = county.unit_by_id["u025"].lan6
    assert lan6 is not None
    assert first(county) == ("pc-025-2", "10.21.25.11", str(lan6[0x11]), "lan1")


def test_a_unit_without_ipv6_gets_no_ipv6_address(county: County) -> None:
    unit = county.unit_by_id["u025"]
    plain = tuple(t.model_copy(update={"address6": None}) for t in unit.terminals)
    unit = unit.model_copy(update={"lan6": None, "terminals": plain})
    assert place(with_unit(county, unit, ("lan0", "lan1"), {"lan0": "pc-025"}), "u025", Held(), TODAY).address6 is None


def test_addresses_below_ten_are_used_when_all_others_are_gone(county: County) -> None:
    unit = county.unit_by_id["u025"]
    held = Held(addresses=frozenset(str(unit.lan[n]) for n in range(11, 255)))
    assert first(county, held=held)[1] == "10.21.25.2"


def test_a_unit_whose_terminals_are_all_gone_gets_its_first_name(county: County) -> None:
    unit = county.unit_by_id["u025"].model_copy(update={"terminals": ()})
    found = place(with_unit(county, unit, ("lan0", "lan1"), {}), "u025", Held(), TODAY)
    assert (found.terminal, found.address, found.port) == ("pc-025", IPv4Address("10.21.25.10"), "lan0")


def test_a_network_in_quarantine_that_covers_the_lan_gives_nothing(county: County) -> None:
    day = TODAY + timedelta(days=1)
    freed = Freed(id="network 10.21.25.0/24", kind="network", value="10.21.25.0/24", was="u025", until=day)
    unit = county.unit_by_id["u025"]
    now = with_unit(county, unit, ("lan0", "lan1"), {"lan0": "pc-025"}, (freed,))
    with pytest.raises(BadInput):
        place(now, "u025", Held(), TODAY)
    assert first(now, today=day)[1] == "10.21.25.11"


def test_no_port_and_no_unit_are_told(county: County) -> None:
    device: Device = county.cpe_by_unit["u025"]
    assert device.ports == ("dsl0", "lan0", "lan1")
    with pytest.raises(BadInput) as told:
        place(county, "u025", Held(ports=frozenset({"cpe-025:lan1"})), TODAY)
    assert [p.where for p in told.value.problems] == ["port"]
    with pytest.raises(BadInput):
        place(county, "u999", Held(), TODAY)
