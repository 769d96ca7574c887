"""Credentials of devices of five platforms exchanged, by each one's own terminal: nobody is lost on the way.

The vendors' devices are simulated over real SSH, with net-snmp as the agent of each and strongSwan as what makes their
tunnels real (docs/simulated-devices.md). Few are chosen, as every one of them takes its time.
"""

import json
import re
import socket
from collections.abc import Iterator
from functools import reduce

import pytest
from pydantic import SecretStr

from countynet.i18n import set_language, translate_error
from countynet.secrets import Secrets, vault_file
from inventory.intent.rotation import Kind, Stage
from inventory.platforms import registry
from playbooks.day2.credentials import vault
from playbooks.plan.book import Book
from tests.applications.day2.scene import Scene, opened, standing
from tests.applications.day2.test_credentials import kept, let_in, muted
from topology.twin.state import Places

H3C, HUAWEI, CISCO, LINUX, RUIJIE, HUB = "cpe-003", "cpe-025", "cpe-029", "cpe-032", "sw-admin", "vpn-hub"
"""an H3C router on fiber; a Huawei, a Cisco and a Linux one on telephone lines; a Ruijie switch"""
UNITS = ("u003", "u025", "u029", "u032")
CHOSEN = {H3C, HUAWEI, CISCO, LINUX, RUIJIE}
TUNNELS = (HUAWEI, CISCO, LINUX)
GIVEN = {"kind": "all", "devices": f"name={','.join(sorted(CHOSEN))}"}
SHARED: tuple[Kind, ...] = ("snmp", "ssh")
LONGEST = 60.0
"""seconds that a tunnel may be away: it meets anew within a few; a device that took its change back needs minutes"""


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    set_language("en")
    with standing(tmp_path_factory.mktemp("vendors"), *UNITS, mixed=True) as found:
        assert {found.county.device_by_name[name].platform for name in CHOSEN} == set(registry.PACKAGES)
        yield found


def refusing(scene: Scene, pattern: str) -> None:
    """Have the Cisco router take lines for unknown ones, by its control socket."""
    standing_now = Places(scene.settings).read()
    assert standing_now
    node = next(node for node in standing_now.nodes if node.name == CISCO)
    with socket.socket(socket.AF_UNIX) as control:
        control.connect(f"/proc/{node.pid}/root/run/vendor.sock")
        control.sendall(json.dumps({"faults": {"refuse": pattern}}).encode() + b"\n")
        assert json.loads(control.recv(4096))["ok"]


def signed_in(scene: Scene, values: dict[str, str]) -> set[str]:
    """Return the chosen devices that an administrator of a vault signs in to."""
    held = Secrets({name: SecretStr(value) for name, value in values.items()}, vault_file(scene.settings))
    return opened(scene.settings, scene.county, held, sorted(CHOSEN))


def seen(scene: Scene, name: str) -> str:
    """Return the file with what the station saw of a tunnel's end."""
    return f"{scene.settings.state}/ping-{name}"


def pinged(scene: Scene) -> None:
    """Have the station look at the ends of tunnels, five times a second."""
    for name in TUNNELS:
        address = scene.county.device_by_name[name].management
        look = f"ping -D -i 0.2 {address} >{seen(scene, name)} 2>&1 </dev/null & echo $! >{seen(scene, name)}.pid"
        scene.on(scene.county.station.name, look)


def away(scene: Scene, name: str) -> float:
    """Return the longest time in seconds that a tunnel's end did not answer the station, and look no more."""
    file = seen(scene, name)
    words = scene.on(scene.county.station.name, f"kill $(cat {file}.pid); cat {file}")
    times = [float(at) for at in re.findall(r"(?m)^\[(\d+\.\d+)\] \d+ bytes from", words)]
    return max(later - sooner for sooner, later in zip(times, times[1:], strict=False))


def peers(scene: Scene) -> set[str]:
    """Return the names that devices go by in the tunnels that the hub has."""
    found = re.findall(r"remote +'([^'.]+)\.", scene.on(HUB, "swanctl --list-sas"))
    return set(found)


def test_a_silent_and_a_refusing_device_keep_what_opens_them_and_a_rerun_heals(scene: Scene) -> None:
    before = kept(scene)
    assert let_in(scene, before) >= CHOSEN
    assert signed_in(scene, before) == CHOSEN
    assert peers(scene) == set(TUNNELS)
    look = scene.look("rotate-credentials", GIVEN)
    assert f"administrators' keys: {len(CHOSEN)} devices" in look
    assert f"{RUIJIE}: read the key from a file on their flash" in look
    assert f"{HUAWEI}, {CISCO}: take one key at a time" in look

    pinged(scene)
    scene.on(H3C, muted(True))
    refusing(scene, "snmp-server user countynet-2 .*")
    try:
        end = scene.through("rotate-credentials", GIVEN)
    finally:
        scene.on(H3C, muted(False))
        refusing(scene, "")
    assert not end.good
    errors = {host.host: translate_error(host.error) for host in end.hosts if host.error}
    assert {H3C, CISCO} <= set(errors)
    assert "snmp-server user countynet-2" in Book.open(scene.settings).get(1).devices[CISCO].error
    values = kept(scene)
    for kind in SHARED:
        stages = vault.stages(values, kind) or {}
        assert {stages[H3C], stages[CISCO]} == {Stage.BOTH}
    assert let_in(scene, before) >= {H3C, CISCO}
    assert signed_in(scene, before) >= {H3C, CISCO}


def test_a_rerun_heals_and_no_tunnel_is_away_for_longer_than_it_takes_to_meet(scene: Scene) -> None:
    before = kept(scene)
    for _again in range(3):
        end = scene.through("rotate-credentials", GIVEN)
        if end.good:
            break
    assert end.good, (end, scene.words)
    gaps = {name: away(scene, name) for name in TUNNELS}
    print("away, in seconds:", gaps)
    assert max(gaps.values()) < LONGEST, gaps
    after = kept(scene)
    for kind in SHARED:
        assert vault.stages(after, kind) == dict.fromkeys(CHOSEN, Stage.NEW)
    assert vault.running(after) == SHARED
    assert not [name for name in TUNNELS if after[f"ipsec/{name}"] == before[f"ipsec/{name}"]]
    assert peers(scene) == {f"{HUAWEI}-2", f"{CISCO}-2", LINUX}
    assert let_in(scene, before) & CHOSEN == set()
    assert signed_in(scene, before) == set()
    coming = reduce(vault.finished, SHARED, after)
    assert (let_in(scene, coming) & CHOSEN, signed_in(scene, coming)) == (CHOSEN, CHOSEN)
    assert "the vault keeps the old one until these have the new one alone, too" in end.words
