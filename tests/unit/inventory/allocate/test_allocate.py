"""Nothing is ever handed out twice: not by one caller, not by many, not while it is in quarantine."""

import os
from datetime import date, timedelta
from functools import partial
from ipaddress import IPv4Network
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countynet.errors import BadInput
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import Access, UnitKind
from inventory import create, load_county
from inventory.allocate import Allocation, NewUnit, add_unit, free, remove_unit
from inventory.allocate.join import join, leave
from inventory.example_mixed import mixed
from inventory.lan import lan
from inventory.load import assemble
from inventory.model import County, Person, Pool, Pools
from inventory.record import Author, Repository
from inventory.record.fold import fold
from inventory.record.splice import items, splice
from inventory.source import read_texts
from tests.unit.inventory.children import begun
from tests.unit.inventory.mixed_county import example_files

TODAY = date(2026, 11, 25)
CENTER = Author("center", "王芳")
POOLS = Pools(
    lans=Pool(prefix=IPv4Network("10.21.0.0/16"), length=24),
    fiber_links=Pool(prefix=IPv4Network("10.20.0.0/16"), length=29, every=24),
    adsl_links=Pool(prefix=IPv4Network("100.64.0.0/16"), length=30, every=24),
    management=Pool(prefix=IPv4Network("10.255.16.0/20"), length=32),
    staging=Pool(prefix=IPv4Network("172.31.16.0/20"), length=32),
    vlans=(101, 899),
)
FILES = {path.name: path.read_bytes() for path in create.EXAMPLE.glob("*.yml")}


def new(name: str = "清岚县某局", building: str = "fagai", access: Access | None = None, **more: object) -> NewUnit:
    person = Person(name="张三", telephone="16900000000")
    return NewUnit(name, f"Office {name}", UnitKind.GOVERNMENT, building, person, person, access=access, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def county() -> County:
    whole = assemble(read_texts(FILES))
    return (
        whole if whole.plan.pools else whole.model_copy(update={"plan": whole.plan.model_copy(update={"pools": POOLS})})
    )


def applied(files: dict[str, bytes], given_: Allocation) -> dict[str, bytes]:
    return {**files, **splice(files, fold(items(files), given_.edits))}


def pooled() -> dict[str, bytes]:
    """Return the example's files with pools in the plan."""
    text = FILES["county.yml"].decode()
    if "pools:" in text:
        return dict(FILES)
    pools = "  pools:\n" + "".join(
        f"    {name}: {{prefix: {p.prefix}, length: {p.length}{f', every: {p.every}' if p.every else ''}}}\n"
        for name, p in POOLS
        if isinstance(p, Pool)
    )
    return {**FILES, "county.yml": text.replace("plan:\n", f"plan:\n{pools}    vlans: [101, 899]\n", 1).encode()}


def test_a_unit_gets_the_place_of_its_number(county: County) -> None:
    given_ = add_unit(county, new(), TODAY)
    assert given_.values["lan"] == "10.21.121.0/24"
    assert given_.values["link"] == "100.64.121.0/30"
    assert (given_.values["cpe"], given_.values["line"], given_.values["unit"]) == ("cpe-121", "line-121", "u121")
    assert (given_.values["management"], given_.values["staging"]) == ("10.255.16.121", "172.31.16.121")
    assert "vlan" not in given_.values


def test_a_fiber_unit_gets_vlan_and_switch_port_too(county: County) -> None:
    given_ = add_unit(county, new(building="admin"), TODAY)
    assert given_.values["link"] == "10.20.121.0/29"
    assert given_.values["vlan"] == "221"
    switch, port = given_.values["port"].split(":")
    used = {(end.node, end.port) for cable in county.cables for end in (cable.a, cable.b)}
    assert (switch, port) not in used
    assert switch == "sw-admin"


@pytest.mark.parametrize(("building", "access"), [("fagai", None), ("admin", None), ("admin", Access.LEASED)])
def test_what_it_makes_is_a_valid_county(building: str, access: Access | None) -> None:
    files = pooled()
    after = applied(files, add_unit(assemble(read_texts(files)), new(building=building, access=access), TODAY))
    county = assemble(read_texts(after))
    assert len(county.units) == 121
    unit = county.unit_by_id["u121"]
    assert (unit.name, unit.building) == ("清岚县某局", building)
    assert county.circuit_by_unit["u121"].access is (access or county.building_by_id[building].access)


def test_two_terminals_with_their_macs_get_a_port_each() -> None:
    files = pooled()
    macs = ("02:00:00:00:01:21", "02:00:00:00:02:21")
    after = applied(files, add_unit(assemble(read_texts(files)), new(macs=macs), TODAY))
    county = assemble(read_texts(after))
    assert [(t.name, t.mac) for t in county.unit_by_id["u121"].terminals] == [
        ("pc-121", macs[0]),
        ("pc-121-2", macs[1]),
    ]


def test_adding_again_is_nothing_and_tells_the_same(county: County) -> None:
    known = add_unit(county, new(county.units[4].name), TODAY)
    assert known.nothing
    assert known.values["lan"] == str(county.units[4].lan)


def test_removing_frees_into_quarantine_and_nobody_gets_it_until_then() -> None:
    files = pooled()
    county = assemble(read_texts(files))
    gone = remove_unit(county, "u050", TODAY)
    after = assemble(read_texts(applied(files, gone)))
    assert "u050" not in after.unit_by_id
    held = {freed.id for freed in after.quarantine}
    assert {"number 50", "network 10.21.50.0/24", "address 10.255.16.50"} <= held
    until = after.quarantine[0].until
    assert add_unit(after, new(), until - timedelta(days=1)).values["lan"] == "10.21.121.0/24"
    again = add_unit(after, new(), until)
    assert again.values["lan"] == "10.21.50.0/24"
    back = assemble(read_texts(applied(applied(files, gone), again)))
    assert back.unit_by_id["u050"].name == "清岚县某局"
    assert back.quarantine == (), "what has ended is cleaned up"


def test_a_unit_with_others_below_it_stays(county: County) -> None:
    parent = next(unit.parent for unit in county.units if unit.parent)
    with pytest.raises(BadInput):
        remove_unit(county, parent, TODAY)


@pytest.mark.parametrize(
    "wanted",
    [new(building="nowhere"), new(parent="u999"), new(building="admin", access=Access.ADSL)],
    ids=["building", "parent", "line"],
)
def test_what_cannot_be_is_refused(county: County, wanted: NewUnit) -> None:
    with pytest.raises(BadInput):
        add_unit(county, wanted, TODAY)


def test_a_plan_without_pools_allocates_nothing(county: County) -> None:
    bare = county.model_copy(update={"plan": county.plan.model_copy(update={"pools": None})})
    with pytest.raises(BadInput):
        add_unit(bare, new(), TODAY)


def test_a_building_without_a_free_port_and_a_full_pool_are_said(county: County) -> None:
    switches = tuple(d.model_copy(update={"ports": ("up1",)}) if d.name == "sw-admin" else d for d in county.devices)
    with pytest.raises(BadInput, match="1 problem "):
        add_unit(county.model_copy(update={"devices": switches}), new(building="admin"), TODAY)
    pools = (county.plan.pools or POOLS).model_copy(
        update={"lans": Pool(prefix=IPv4Network("10.21.0.0/25"), length=25)}
    )
    with pytest.raises(BadInput):
        add_unit(county.model_copy(update={"plan": county.plan.model_copy(update={"pools": pools})}), new(), TODAY)


NETWORK = st.tuples(st.integers(0, 255), st.sampled_from([24, 25, 26, 28, 30, 32])).map(
    lambda pair: IPv4Network((int(IPv4Network("10.9.0.0/16").network_address) + pair[0] * 256, pair[1]))
)


@given(
    st.lists(NETWORK, max_size=40),
    st.lists(NETWORK, max_size=10),
    st.sampled_from([24, 26, 29, 32]),
    st.integers(-1, 300),
)
@settings(max_examples=60, deadline=None)
def test_what_is_free_meets_nothing_used_and_nothing_held(
    used: list[IPv4Network], held: list[IPv4Network], length: int, wish: int
) -> None:
    pool = Pool(prefix=IPv4Network("10.9.0.0/16"), length=length, every=24)
    taken = list(used)
    quarantine = free.Quarantine(frozenset(), tuple(held))
    for _round in range(5):
        found = free.Space(taken).free(pool, quarantine, wish)
        if found is None:
            break
        assert found.subnet_of(pool.prefix)
        assert found.prefixlen == length
        assert not any(found.overlaps(network) for network in [*taken, *held])
        taken.append(found)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 119), st.booleans()), min_size=1, max_size=6))
@settings(max_examples=6, deadline=None)
def test_units_come_and_go_in_any_order_and_never_overlap(steps: list[tuple[bool, int, bool]]) -> None:
    files, today = pooled(), TODAY
    for place, (joins, which, fiber) in enumerate(steps):
        today += timedelta(days=40)
        county = assemble(read_texts(files))
        if joins:
            given_ = add_unit(county, new(f"新单位{place}", "finance" if fiber else "fagai"), today)
        else:
            unit = county.units[which % len(county.units)]
            if any(child.parent == unit.id for child in county.units):
                continue
            given_ = remove_unit(county, unit.id, today)
        files = applied(files, given_)
    after = assemble(read_texts(files))
    lans = [unit.lan for unit in after.units] + [circuit.link for circuit in after.circuits]
    assert not any(a.overlaps(b) for a, b in combinations(lans, 2))


def test_callers_at_the_same_time_never_get_the_same(tmp_path: Path) -> None:
    """Four processes, each joining three units, on one county folder."""
    chosen = Settings.load(tmp_path / "county")
    create.create_folder(chosen)
    for name, content in pooled().items():
        (chosen.county / name).write_bytes(content)
    create.create_secrets(chosen, load_county(chosen.county))
    create.create_repository(chosen)

    def call(caller: int) -> None:
        for n in range(3):
            join(chosen, new(f"单位{caller}{n}", "fagai" if n else "admin"), CENTER, "并发", TODAY)

    pids = [begun(partial(call, caller)) for caller in range(4)]
    assert [os.waitpid(pid, 0)[1] for pid in pids] == [0] * 4
    county = load_county(chosen.county)
    assert len(county.units) == 132
    assert Repository(chosen).git.text("rev-list", "--count", "HEAD") == "13"
    known = Secrets.load(chosen).names()
    assert all(
        f"ipsec/cpe-{n:03d}" in known
        for n in range(121, 133)
        if county.circuit_by_unit[f"u{n:03d}"].access is Access.ADSL
    )
    assert Repository(chosen).git.text("status", "--porcelain") == ""
    given_, done = leave(chosen, "u121", CENTER, "撤销", TODAY)
    assert done.changed
    assert f"number {121}" in given_.values


@pytest.mark.parametrize(("building", "model", "uplink"), [("admin", "AR651", "GigabitEthernet0/0/8"),
                                                          ("fagai", "AR617VW", "Ethernet0/0/0")])  # fmt: skip
def test_a_unit_of_a_mixed_county_gets_the_usual_vendors_cpe(building: str, model: str, uplink: str) -> None:
    files = {name: text.encode() for name, text in mixed(example_files()).items()}
    macs = ("00:1e:c9:5a:00:19", "00:1e:c9:5a:00:20")
    given_ = add_unit(assemble(read_texts(files)), new(building=building, macs=macs), TODAY)
    county = assemble(read_texts(applied(files, given_)))
    cpe = county.cpe_by_unit[given_.unit]
    assert (cpe.platform, cpe.model, cpe.uplink) == ("huawei_vrp", model, uplink)
    assert set(lan(county, county.unit_by_id[given_.unit]).used) == {"GigabitEthernet0/0/1", "GigabitEthernet0/0/2"}


def test_more_computers_than_the_usual_vendors_cpe_has_ports_for_are_refused() -> None:
    files = {name: text.encode() for name, text in mixed(example_files()).items()}
    with pytest.raises(BadInput) as caught:
        add_unit(assemble(read_texts(files)), new(macs=tuple(f"00:1e:c9:5a:00:1{n}" for n in range(3))), TODAY)
    assert caught.value.problems[0].values == {"model": "华为 AR617VW", "there": 2, "wanted": 3}
