"""`--only` chooses what a person means, and refuses whatever could choose something else."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countynet.errors import BadInput
from countynet.i18n import describe, set_language
from inventory import load_county, traits
from inventory.create import EXAMPLE
from inventory.model import County, Site
from inventory.select import parse, select_devices, select_members, select_units


@cache
def example() -> County:
    return load_county(EXAMPLE)


@pytest.fixture(autouse=True)
def english() -> None:
    set_language("en")


def names(county: County, *only: str) -> list[str]:
    return [device.name for device in select_devices(county, only)]


def refused(county: County, *only: str) -> list[str]:
    with pytest.raises(BadInput) as caught:
        select_devices(county, only)
    return [describe(problem) for problem in caught.value.problems]


def changed(county: County, **sections: object) -> County:
    """Return the county with other sections; not by `model_copy`, which keeps the indexes of the old ones."""
    return County(**{**{name: getattr(county, name) for name in County.model_fields}, **sections})


@pytest.fixture
def nested(county: County) -> County:
    """A village office below u102, itself below u101; no building in a site but that of u025, in the county seat."""
    units = tuple(
        unit.model_copy(update={"parent": {"u102": "u101", "u103": "u102"}.get(unit.id)}) for unit in county.units
    )
    fagai = county.unit_by_id["u025"].building
    buildings = tuple(b.model_copy(update={"site": "seat" if b.id == fagai else None}) for b in county.buildings)
    sites = (
        Site(id="all", name="清岚县", name_en="Qinglan"),
        Site(id="seat", name="县城", name_en="County seat", parent="all"),
    )
    return changed(county, units=units, buildings=buildings, sites=sites)


def test_without_an_expression_everything_is_meant(county: County) -> None:
    assert select_devices(county, None) == select_devices(county, ()) == county.devices
    assert select_units(county, None) == county.units
    assert select_members(county, None) == (*county.devices, *county.hosts)


@pytest.mark.parametrize(
    ("only", "count"),
    [
        (["role=cpe"], 120),
        (["role=cpe,core"], 122),
        (["platform=linux"], 132),
        (["access=adsl"], 96),
        (["kind=township"], 20),
        (["unit=u025,u026"], 2),
        (["line=line-00*"], 9),
        (["name=cpe-0*"], 99),
        (["cpe-0[12]?"], 20),
        (["u025"], 1),
        (["core-*,fw-1"], 3),
        (["role=core,name=fw-1"], 3),
        (["!role=cpe"], 12),
        (["!role=cpe,core"], 10),
        (["role=cpe", "access=fiber"], 24),
        (["role=cpe", "!unit=u025,u026"], 118),
        (["building=admin", "role=core,firewall"], 4),
        ([" role = cpe , core "], 122),
        (["ROLE=CPE"], 120),
    ],
)
def test_an_expression_means_so_many_devices(county: County, only: list[str], count: int) -> None:
    assert len(names(county, *only)) == count


def test_full_width_signs_and_chinese_names_are_taken_as_meant(county: County) -> None:
    assert names(county, "！ｒｏｌｅ＝ｃｐｅ") == names(county, "!role=cpe")
    assert names(county, "unit＝u025，u026") == names(county, "unit=u025、u026") == ["cpe-025", "cpe-026"]
    unit = county.unit_by_id["u002"]
    assert names(county, f"unit={unit.name}") == names(county, unit.name) == ["cpe-002"]
    assert names(county, "site=县行政中心大楼") == names(county, "site=admin")


def test_the_order_is_the_inventorys_and_each_thing_comes_once(county: County) -> None:
    assert names(county, "cpe-003,cpe-001,cpe-00?,unit=u002") == [f"cpe-00{n}" for n in range(1, 10)]


def test_a_unit_is_chosen_by_its_own_and_by_its_cpes_properties(county: County) -> None:
    assert [u.id for u in select_units(county, ["cpe-025"])] == ["u025"]
    assert [u.id for u in select_units(county, ["name=u02*", "access=adsl"])] == [
        "u025",
        "u026",
        "u027",
        "u028",
        "u029",
    ]
    assert len(select_units(county, ["!kind=township"])) == 100


def test_under_a_unit_is_all_that_nests_below_it_and_itself(nested: County) -> None:
    assert names(nested, "under=u101") == ["cpe-101", "cpe-102", "cpe-103"]
    assert names(nested, "under=u102", "!unit=u102") == ["cpe-103"]
    assert names(nested, "unit=u101") == ["cpe-101"]


def test_a_site_holds_the_buildings_of_the_sites_in_it(nested: County) -> None:
    assert names(nested, "site=all") == names(nested, "site=县城") == ["cpe-025"]


def test_where_a_building_has_the_id_of_its_site_the_site_is_meant(nested: County) -> None:
    buildings = tuple(
        b.model_copy(update={"site": "admin" if b.id in ("admin", "finance") else None}) for b in nested.buildings
    )
    sites = (Site(id="admin", name="行政区", name_en="Administrative quarter"),)
    quarter = changed(nested, sites=sites, buildings=buildings)
    both = [d.name for d in quarter.devices if d.building in ("admin", "finance")]
    assert names(quarter, "site=admin") == names(quarter, "site=行政区") == both
    assert names(quarter, "building=admin") == names(quarter, "building=县行政中心大楼") != both
    assert any("no device fits" in line for line in refused(quarter, "site=县行政中心大楼"))


def test_a_loop_of_sites_does_not_hang(nested: County) -> None:
    looped = tuple(site.model_copy(update={"parent": {"all": "seat", "seat": "all"}[site.id]}) for site in nested.sites)
    assert names(changed(nested, sites=looped), "site=all") == ["cpe-025"]


def test_hosts_are_chosen_by_kind_zone_and_what_they_run(county: County) -> None:
    assert [m.name for m in select_members(county, ["role=server"])] == ["srv-infra", "srv-portal"]
    assert [m.name for m in select_members(county, ["runs=time", "zone=server"])] == ["srv-infra"]
    assert [m.name for m in select_members(county, ["fw-1,srv-*"])] == ["fw-1", "srv-infra", "srv-portal"]


def test_every_wrong_word_is_refused_at_once(county: County) -> None:
    found = refused(county, "rol=cpe", "unit=u25", "", "role=cpe,!u025", "name=zzz,cpe-001")
    assert len(found) == 5
    assert "rol=cpe: there is no such key to select by; wanted: role=cpe" in found[1 - 1]
    assert any("'': nothing is named" in line for line in found)
    assert any("--only '!u025'" in line for line in found)
    assert any("no device fits unit=u25; wanted: u025 (清岚县发展和改革局)" in line for line in found)
    assert any("no device fits name=zzz" in line for line in found)


@pytest.mark.parametrize("empty", ["", " ", "!", "role=", "role=cpe,", ",cpe-001", "!role=", "unit=u025,,u026", "，"])
def test_an_empty_word_never_means_everything(county: County, empty: str) -> None:
    assert "nothing is named" in refused(county, empty)[0]


@pytest.mark.parametrize(
    "typo", ["role=cp", "!role=cp", "cpe-999", "!cpe-999", "role=cpe,cor", "name=CPE_001", "u25*7"]
)
def test_a_typing_mistake_is_refused_even_where_other_words_fit(county: County, typo: str) -> None:
    assert "no device fits" in refused(county, typo)[0]


def test_a_name_after_a_key_is_told_how_it_is_written(county: County) -> None:
    wrong, known = refused(county, "role=cp, core-9"), refused(county, "role=cpe,fw-1")
    assert "no device fits role=cp; wanted: core" in wrong[0]
    assert "no device fits role=core-9: core-9 has no key and goes on with role= before it" in wrong[1]
    assert "a name is written name=core-9; wanted: core, firewall" in wrong[1]
    assert "name=core-1" in wrong[1]
    assert known[0].endswith("a name is written name=fw-1; wanted: name=fw-1")
    set_language("zh")
    assert "要写名称请写 name=core-9" in refused(county, "role=cp, core-9")[1]


def test_few_choices_are_all_named_and_of_many_the_nearest(county: County) -> None:
    assert "core, firewall, vpn-hub, datacenter, aggregation, building, cpe" in refused(county, "role=cp")[0]
    near = refused(county, "cpe-13")[0]
    assert "cpe-113" in near
    assert near.count("cpe-") < 8


@pytest.mark.parametrize("wrong", ["role!=cpe", "role=!cpe", "role=cpe,!role=core", "!!role=cpe", "cpe-001,!cpe-002"])
def test_a_not_inside_an_expression_is_refused_with_the_way_to_say_it(county: County, wrong: str) -> None:
    assert any("--only '!" in line for line in refused(county, wrong))


def test_what_fits_nothing_together_is_refused(county: County) -> None:
    assert "nothing fits all of it" in refused(county, "role=cpe", "role=core")[0]
    assert "nothing fits all of it" in refused(county, "!*")[0]
    assert "nothing fits all of it" in refused(county, "unit=u025", "!u025")[0]


def test_a_key_of_hosts_fits_no_device(county: County) -> None:
    assert "no device fits zone=server" in refused(county, "zone=server")[0]


def test_refusals_are_told_in_chinese(county: County) -> None:
    set_language("zh")
    assert "没有设备符合 role=cp" in refused(county, "role=cp")[0]


def test_a_wanted_with_braces_or_brackets_is_printed_as_it_is(county: County) -> None:
    assert "{x}" in refused(county, "role={x}")[0]
    assert "no device fits [" in refused(county, "[")[0]


@given(st.text(max_size=30))
@settings(deadline=None)
def test_no_text_makes_it_fail_otherwise_than_by_refusing(text: str) -> None:
    expression, problems = parse(text)
    assert expression.terms or problems
    assert all(term.value and term.key in ("", *traits.KEYS) for term in expression.terms)


@given(
    st.lists(st.sampled_from(["role=cpe", "access=adsl", "kind=township", "name=cpe-00*", "site=admin"]), min_size=1)
)
@settings(deadline=None)
def test_a_selection_and_its_negation_share_nothing_and_leave_nothing_out(only: list[str]) -> None:
    county, either = example(), ",".join(only)
    chosen, rest = names(county, either), names(county, f"!{either}")
    assert not set(chosen) & set(rest)
    assert set(chosen) | set(rest) == set(county.device_by_name)


def test_each_key_chooses_something_of_the_example(county: County) -> None:
    members = [traits.of_device(county, d) for d in county.devices]
    members += [traits.of_host(county, h) for h in county.hosts]
    used = {key for found in members for key, values in found.items() if values}
    assert used | {"batch"} == {traits.BARE, *traits.KEYS}
