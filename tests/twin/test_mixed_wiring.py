"""The cables of the whole mixed county, laid in the kernel: every vendor's port is there under a name that it takes.

In a mount and network namespace of its own, so that it neither sees nor disturbs a twin that is up.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping

import pytest

from inventory import names
from inventory.model import Device
from tests.unit.inventory.mixed_county import mixed_county
from topology.twin.vendor.ports import kernel
from topology.twin.wiring import LINES, OPERATOR, VOID, namespace

pytestmark = [pytest.mark.twin, pytest.mark.skipif(os.geteuid() != 0, reason="namespaces need root")]
LAY = """
import json, subprocess
from tests.unit.inventory.mixed_county import mixed_county
from topology.twin import life
from topology.twin.wiring import wire

wiring = wire(mixed_county())
life._lay(wiring)
found = {}
for name in wiring.namespaces:
    words = ["ip", "-n", name, "-json", "link", "show"]
    found[name] = [link["ifname"] for link in json.loads(subprocess.check_output(words) or "[]")]
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def laid() -> Mapping[str, list[str]]:
    """Return the interfaces in every namespace of the twin."""
    inner = 'mkdir -p /run/netns && mount -t tmpfs none /run/netns && exec "$0" -c "$1"'
    words = ["unshare", "--mount", "--net", "sh", "-c", inner, sys.executable, LAY]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def _expected(device: Device) -> set[str]:
    """Return the ports that stand before anything boots: the operator's DSLAM brings the telephone line's."""
    county = mixed_county()
    adsl = device.unit is not None and not county.circuit_by_unit[device.unit].access.has_vlan
    ports = [port for port in device.ports if not (adsl and port == names.dsl(device))]
    return {"lo", names.STAGING, *(kernel(device, port) for port in ports)}


def test_every_port_of_every_device_is_there_and_nothing_else(laid: Mapping[str, list[str]]) -> None:
    for device in mixed_county().devices:
        assert set(laid[namespace(device.name)]) == _expected(device), device.name


def test_every_cable_ends_in_the_lines_and_every_idle_port_in_the_void(laid: Mapping[str, list[str]]) -> None:
    cables = len(mixed_county().cables)
    assert len([name for name in laid[LINES] if name.startswith("x")]) == 3 * cables
    assert len(laid[VOID]) > 100
    assert "hub0" in laid[OPERATOR]
