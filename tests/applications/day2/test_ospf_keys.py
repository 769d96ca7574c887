"""Keys of neighbours in routing, turned on in a county that runs, on a real twin: no adjacency is lost, none is made.

The center is whole (both cores, both firewalls, the VPN hub), so each link between them is one that FRR speaks over.
"""

import json
import time
from collections.abc import Iterator
from functools import partial

import pytest

from audit.checks import BY_ID, run
from audit.facts import Facts
from audit.gather import known
from countynet import clock
from countynet.errors import Conflict, DeviceError
from countynet.i18n import set_language, translate_error
from countynet.people import Actor
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import Role, Verdict
from inventory import create, load_county, names, running
from inventory.allocate.join import new_secrets
from inventory.intent.adapt import adapted
from inventory.model import County, Hardening
from inventory.record import Author, Repository, Set
from inventory.subset import only_units
from playbooks.device.service import apply as configure
from playbooks.device.service import fetch
from playbooks.plan.apply import apply
from playbooks.plan.book import Book, Entry
from playbooks.plan.checks import Before, Checks, LiveChecks
from playbooks.plan.make import Wish, make
from playbooks.plan.model import DeviceState, Plan, PlanState
from tests.applications.day2.scene import links, until
from topology import twin

CORE, HUB = "core-1", "vpn-hub"
CENTER = Author("amy", "Amy")
DEAF = "table inet deaf {\nchain input {\ntype filter hook input priority -200\ntcp dport 22 drop\n}\n}"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    set_language("en")
    return Settings.load(tmp_path_factory.mktemp("neighbours") / "county")


@pytest.fixture(scope="module")
def plain(settings: Settings) -> Iterator[County]:
    """The county as it runs before anybody asked for keys."""
    create.create_folder(settings)
    create.create_secrets(settings, load_county(settings.county))
    create.create_repository(settings)
    small = small_county(settings)
    twin.up(small, settings, Secrets.load(settings))
    try:
        assert errors(small, settings) == []
        yield small
    finally:
        twin.down(settings)


def small_county(settings: Settings) -> County:
    return only_units(load_county(settings.county), ["u001", "u002"])


@pytest.fixture(scope="module")
def keyed(plain: County, settings: Settings) -> County:
    """The county whose inventory asks for keys, as the web's edit leaves it."""
    assert plain.plan.hardening == Hardening()
    done = Repository(settings).commit(
        [Set("plan", "plan", "hardening", {"ospf_keys": True})], CENTER, "加固", extra=new_secrets(settings)
    )
    assert done.changed
    return small_county(settings)


def errors(county: County, settings: Settings, *only: str) -> list[str]:
    return [translate_error(r.error) for r in configure(county, settings, only or None) if r.error]


def said(settings: Settings, node: str, script: str) -> str:
    return twin.exec_in(settings, node, ["sh", "-c", script]).stdout


def full(settings: Settings, node: str) -> dict[str, int]:
    """Return the neighbours with which a device agrees in full, and for how many seconds so."""
    told = json.loads(said(settings, node, "vtysh -c 'show ip ospf neighbor detail json'"))["neighbors"]
    found = {}
    for router, items in told.items():
        (item,) = items if isinstance(items, list) else [items]
        if item["nbrState"].startswith("Full"):
            found[router] = item.get("lastPrgrsvChangeMsec", 0) // 1000
    return found


def met(settings: Settings, county: County) -> bool:
    return all(len(full(settings, node)) == count for node, count in links(county).items())


def authenticated(settings: Settings, node: str) -> int:
    """Return on how many interfaces a device speaks with digests."""
    return said(settings, node, "vtysh -c 'show ip ospf interface'").count("Cryptographic authentication enabled")


def planned(settings: Settings, *devices: str) -> Plan:
    return make(settings, Wish("carl"), [f"name={','.join(devices)}"])


def carried_out(settings: Settings, plan: Plan, checks: Checks | None = None) -> tuple[Entry, list[str]]:
    told: list[str] = []
    for actor in (Actor("amy", Role.CENTER), Actor("bob", Role.CENTER))[: plan.approvals]:
        Book.open(settings).approve(plan.number, actor)
    tell = partial(tellings, told)
    return apply(settings, plan.number, tell, actor="amy", checks=checks), told


def tellings(into: list[str], device: str, text: str) -> None:
    into.append(f"{device}: {text}")


class Doubting(LiveChecks):
    """Looks as ever, and finds the hub not as it was."""

    def after(self, device: str, address: str, before: Before, patience: float) -> None:
        super().after(device, address, before, patience)
        if device == HUB:
            raise DeviceError(device, "is not as it was")


def has_keys(county: County, settings: Settings) -> None:
    """Fail unless all neighbours agree in full, by digests on every link."""
    assert until(lambda: met(settings, county)), {node: full(settings, node) for node in links(county)}
    assert {node: authenticated(settings, node) for node in links(county)} == links(county)
    assert said(settings, CORE, "stat -c '%a %G' /etc/frr/ospfd.conf").strip() == "640 frr"


def has_none(county: County, settings: Settings) -> None:
    """Fail unless all neighbours agree in full, and none by a digest."""
    assert until(lambda: met(settings, county)), {node: full(settings, node) for node in links(county)}
    assert {node: authenticated(settings, node) for node in links(county)} == dict.fromkeys(links(county), 0)
    assert said(settings, CORE, "stat -c %a /etc/frr/ospfd.conf").strip() == "644"


def test_one_end_alone_is_not_planned(plain: County, keyed: County, settings: Settings) -> None:
    has_none(plain, settings)
    with pytest.raises(Conflict) as caught:
        planned(settings, CORE)
    assert HUB in str(caught.value.values)


def test_who_cannot_come_keeps_all_others_as_they_are(plain: County, keyed: County, settings: Settings) -> None:
    plan = planned(settings, *links(keyed))
    said(settings, HUB, f"nft -f - <<E\n{DEAF}\nE")
    try:
        entry, told = carried_out(settings, plan)
    finally:
        said(settings, HUB, "nft delete table inet deaf")
    states = {name: entry.devices[name].state for name in links(keyed)}
    assert states == dict.fromkeys(links(keyed), DeviceState.WAITING) | {HUB: DeviceState.UNREACHED}, told
    has_none(plain, settings)


def test_where_one_fails_all_are_taken_back(plain: County, keyed: County, settings: Settings) -> None:
    entry, told = carried_out(settings, planned(settings, *links(keyed)), Doubting())
    states = {name: entry.devices[name].state for name in links(keyed)}
    assert states == dict.fromkeys(links(keyed), DeviceState.REVERTED), told
    assert "at once" in entry.devices[CORE].error
    has_none(plain, settings)


def test_a_plan_turns_keys_on_at_once_and_no_device_is_lost(plain: County, keyed: County, settings: Settings) -> None:
    plan = planned(settings, *links(keyed))
    assert plan.tiers == (tuple(sorted(links(keyed))),)
    entry, told = carried_out(settings, plan)
    assert entry.state is PlanState.DONE, told
    has_keys(keyed, settings)
    assert not [r.device for r in configure(keyed, settings) if r.changed or r.error]


def test_keys_last_over_a_restart_of_the_daemons(keyed: County, settings: Settings) -> None:
    said(settings, HUB, "systemctl restart frr")
    assert until(lambda: met(settings, keyed))
    assert authenticated(settings, HUB) == links(keyed)[HUB]


def test_the_audit_passes_and_nobody_is_shown_a_key(keyed: County, settings: Settings) -> None:
    fetch(keyed, settings)
    secrets = Secrets.load(settings)
    meant = adapted(keyed, secrets.get)
    held = {d.name: known(d, meant[d.name], running.original(settings, d.name)) for d in keyed.devices}
    world = Facts(county=keyed, at=clock.now(), devices=held)
    verdicts = {point.subject: point.verdict for point in run(BY_ID["ospf-authenticated"], world).points}
    assert verdicts == dict.fromkeys(held, Verdict.NOT_APPLICABLE) | dict.fromkeys(links(keyed), Verdict.PASS)
    keys = [secrets.get(name).get_secret_value() for name in secrets.names() if name.startswith(names.OF_TRANSITS)]
    assert len(keys) == len(keyed.plan.transits)
    assert not [d for d in held if any(key in running.masked(settings, d) for key in keys)]
    assert [d for d in held if any(key in running.original(settings, d).get_secret_value() for key in keys)]
    assert not [d for d in held if any(key in said(settings, d, "cat /proc/[0-9]*/cmdline") for key in keys)]


def test_a_stranger_without_the_key_is_no_neighbour_until_the_inventory_mends_it(
    keyed: County, settings: Settings
) -> None:
    port = next(t.a.port if t.a.node == HUB else t.b.port for t in keyed.plan.transits if HUB in (t.a.node, t.b.node))
    gone = f"-c 'interface {port}' -c 'no ip ospf authentication message-digest' -c 'no ip ospf message-digest-key 1'"
    wanted = links(keyed)[HUB]
    said(settings, HUB, f"vtysh -c 'configure terminal' {gone}")
    assert until(lambda: len(full(settings, HUB)) == wanted - 1), full(settings, HUB)
    other = "-c 'ip ospf message-digest-key 1 md5 foe' -c 'ip ospf authentication message-digest'"
    said(settings, HUB, f"vtysh -c 'configure terminal' -c 'interface {port}' {other}")
    time.sleep(6)
    assert len(full(settings, HUB)) == wanted - 1
    (mended,) = (r for r in configure(keyed, settings, only=[HUB]) if r.changed)
    assert mended.error is None
    assert "md5 ********" in mended.diff
    assert "foe" not in mended.diff
    assert until(lambda: met(settings, keyed))


def test_other_keys_take_the_place_of_all_at_once(keyed: County, settings: Settings) -> None:
    secrets = Secrets.load(settings)
    old = {name: secrets.get(name).get_secret_value() for name in secrets.names()}
    others = {name: create.random_text(names.OSPF_KEY) for name in old if name.startswith(names.OF_TRANSITS)}
    Secrets.create(settings, old | others)
    assert errors(keyed, settings) == []
    has_keys(keyed, settings)
    for node in links(keyed):
        runs = said(settings, node, "cat /etc/frr/ospfd.conf; vtysh -c 'show running-config'")
        assert not [name for name in others if old[name] in runs], node
        assert sum(runs.count(key) for key in others.values()) == 2 * links(keyed)[node], node


def test_one_end_alone_is_not_changed(plain: County, keyed: County, settings: Settings) -> None:
    with pytest.raises(Conflict) as caught:
        configure(plain, settings, only=[CORE])
    assert HUB in str(caught.value.values)
    assert met(settings, keyed)


def test_keys_are_turned_off_and_on_by_apply_too(plain: County, keyed: County, settings: Settings) -> None:
    for county, holds in ((plain, has_none), (keyed, has_keys)):
        assert errors(county, settings) == []
        holds(county, settings)
