"""Credentials of a whole twin exchanged: nobody is lost on the way, one that is silent is named, a rerun heals."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from countynet.agents import Login, refusals
from countynet.errors import BadInput, Conflict, Problem
from countynet.i18n import set_language, translate_error
from countynet.secrets import Secrets
from inventory import running
from inventory.intent import rotation
from inventory.intent.rotation import Stage
from inventory.intent.secrets import Secrets as Find
from playbooks.day2.credentials import vault
from playbooks.device.service import fetch
from playbooks.plan.make import NOTHING, Wish, make
from tests.applications.day2.scene import Scene, standing

SILENT, OTHER, HUB = "cpe-025", "cpe-027", "vpn-hub"
ALL = {"kind": "all"}
NAMES = (rotation.AUTH, rotation.PRIV, rotation.PRIVATE, rotation.PUBLIC, f"ipsec/{SILENT}", f"ipsec/{OTHER}")


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    set_language("en")
    with standing(tmp_path_factory.mktemp("credentials"), "u025", "u027") as found:
        yield found


def kept(scene: Scene) -> dict[str, str]:
    secrets = Secrets.load(scene.settings)
    return {name: secrets.get(name).get_secret_value() for name in secrets.names()}


def login(values: dict[str, str]) -> Login:
    user = rotation.snmp_senders(_asked(values))[0]
    return Login(user.name, user.auth_key, user.priv_key)


def _asked(values: dict[str, str]) -> Find:
    def get(name: str) -> SecretStr:
        if name not in values:
            raise BadInput([Problem("missing", where=name)])
        return SecretStr(values[name])

    return get


def let_in(scene: Scene, values: dict[str, str]) -> set[str]:
    """Return the devices whose agents let the user of a vault in."""
    agents = {device.name: str(device.management) for device in scene.county.devices}
    return set(agents) - set(refusals(scene.settings, agents, login(values)))


def meets_anew(scene: Scene) -> bool:
    """Whether the silent device's tunnel comes up again after it was broken off, with the keys that its ends have."""
    again = "swanctl --terminate --ike vpn-hub --timeout 5 >/dev/null; swanctl --initiate --child net --timeout 20"
    scene.on(SILENT, again)
    return scene.answers(scene.county.station.name, str(scene.county.device_by_name[SILENT].management))


def muted(on: bool) -> str:
    table = "nft add table inet mute; nft 'add chain inet mute i { type filter hook input priority -9; }'"
    return f"{table}; nft add rule inet mute i tcp dport 22 drop" if on else "nft delete table inet mute"


def test_a_silent_device_keeps_what_opens_it_all_others_go_on_and_a_rerun_heals(scene: Scene) -> None:
    before, everybody = kept(scene), set(scene.county.device_by_name)
    assert let_in(scene, before) == everybody
    look = scene.look("rotate-credentials", ALL)
    assert f"SNMP users: {len(everybody)} devices" in look
    assert kept(scene) == before

    scene.on(SILENT, muted(True))
    try:
        end = scene.through("rotate-credentials", ALL)
    finally:
        scene.on(SILENT, muted(False))
    assert not end.good
    errors = {host.host: translate_error(host.error) for host in end.hosts if host.error}
    assert SILENT in errors, end
    values = kept(scene)
    snmp, vpn = vault.stages(values, "snmp") or {}, vault.stages(values, "vpn") or {}
    assert (snmp[SILENT], vpn[SILENT]) == (Stage.BOTH, Stage.BOTH)
    assert {snmp[name] for name in everybody - {SILENT}} == {Stage.NEW}
    assert vpn[OTHER] is Stage.NEW
    assert {name: values[name] for name in NAMES} == {name: before[name] for name in NAMES}
    assert let_in(scene, before) == {SILENT}
    assert meets_anew(scene)
    with pytest.raises(Conflict, match="turned to the new one already"):
        scene.run("rotate-credentials", {"kind": "all", "way": "give-up"})

    end = scene.through("rotate-credentials", ALL)
    assert end.good, end
    after = kept(scene)
    assert not [name for name in NAMES if after[name] == before[name]]
    assert vault.running(after) == ()
    assert let_in(scene, after) == everybody
    assert let_in(scene, before) == set()
    assert after[rotation.SERVERS_PRIVATE] == before[rotation.PRIVATE]


def test_afterwards_devices_run_what_the_inventory_says_and_nobody_has_the_old_ones(scene: Scene) -> None:
    found = fetch(scene.county, scene.settings)
    assert not [result.error for result in found.values() if result.error]
    with pytest.raises(Conflict) as nothing:
        make(scene.settings, Wish("amy"))
    assert nothing.value.message == NOTHING
    keys = kept(scene)[rotation.SERVERS_PUBLIC].split()[1]
    texts = [running.original(scene.settings, name).get_secret_value() for name in scene.county.device_by_name]
    assert not [text for text in texts if keys in text]


def test_one_that_was_begun_is_given_up_and_all_is_as_before(scene: Scene) -> None:
    before = kept(scene)
    end = scene.run("rotate-credentials", {"kind": "vpn"})
    assert "approval counts" in end.words
    end = scene.run("rotate-credentials", {"kind": "vpn", "way": "give-up"})
    assert end.good, end
    assert kept(scene) == before
