"""What matters least changes first, and of a pair one always stands."""

from hypothesis import given
from hypothesis import strategies as st

from countynet.vocabulary import DeviceRole
from inventory.create import EXAMPLE
from inventory.load import load_county
from inventory.model import Device
from playbooks.plan.tiers import BATCH, tiers
from tests.unit.playbooks.toy import device

HEAVY = (DeviceRole.CORE, DeviceRole.FIREWALL)


def at(name: str, building: str, role: DeviceRole = DeviceRole.CPE) -> Device:
    return device(name, role).model_copy(update={"building": building})


def test_nothing_makes_no_tier() -> None:
    assert tiers([]) == ()


def test_the_canary_is_alone_and_carries_least() -> None:
    devices = [at("fw", "a", DeviceRole.FIREWALL), at("sw", "a", DeviceRole.BUILDING), at("cpe", "z")]
    assert tiers(devices) == (("cpe",), ("sw",), ("fw",))


def test_a_site_is_never_split() -> None:
    devices = [at(f"{site}{n}", site) for site in "abc" for n in range(3)]
    assert tiers(devices, 2) == (("a0",), ("a1", "a2"), ("b0", "b1", "b2"), ("c0", "c1", "c2"))


def test_the_whole_example_takes_few_tiers_and_ends_with_cores_and_firewalls_one_by_one() -> None:
    county = load_county(EXAMPLE)
    found = tiers(county.devices)
    assert sorted(name for tier in found for name in tier) == sorted(county.device_by_name)
    assert found[-4:] == (("core-1",), ("core-2",), ("fw-1",), ("fw-2",))
    assert len(found) < 20


@given(st.lists(st.tuples(st.sampled_from(DeviceRole), st.sampled_from("abcd")), max_size=80))
def test_every_device_once_and_nothing_heavy_before_anything_light(kinds: list[tuple[DeviceRole, str]]) -> None:
    devices = {f"d{n}": at(f"d{n}", building, role) for n, (role, building) in enumerate(kinds)}
    found = tiers(devices.values())
    flat = [name for tier in found for name in tier]
    assert sorted(flat) == sorted(devices)
    heavy = [devices[name].role in HEAVY for name in flat]
    assert heavy == sorted(heavy)
    assert all(len(tier) == 1 for tier in found if devices[tier[0]].role in HEAVY)
    assert not found or len(found[0]) == 1
    sites = [{devices[name].building for name in tier} for tier in found]
    assert all(len(tier) < BATCH + max(len(tier) for tier in found) for tier in found)
    assert all(sites)
