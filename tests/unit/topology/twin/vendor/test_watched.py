"""What VRRP groups watch is changed by a patch that a simulated device takes, and means what it shall afterwards."""

from ipaddress import IPv4Interface

import pytest

from inventory.deviceconfig import DeviceConfig, Interface, Ssh, Vlan, Vrrp
from inventory.platforms import patch, registry
from topology.twin.vendor.comware_lines import ComwareLines
from topology.twin.vendor.device import Description
from topology.twin.vendor.engine import LineGrammar
from topology.twin.vendor.ios_lines import IosLines
from topology.twin.vendor.rgos_lines import RgosLines
from topology.twin.vendor.tree import Path
from topology.twin.vendor.vrp_lines import VrpLines

KINDS = {
    "huawei_vrp": (VrpLines, "S5735", "Vlanif10", "GigabitEthernet0/0/"),
    "h3c_comware": (ComwareLines, "S5560X", "Vlan-interface10", "GigabitEthernet1/0/"),
    "cisco_ios": (IosLines, "C9300", "Vlan10", "GigabitEthernet1/0/"),
    "ruijie": (RgosLines, "S5750", "VLAN10", "GigabitEthernet0/"),
}
CHANGES = [((1,), (1, 2)), ((1, 2), (2,)), ((2, 3), (1, 2)), ((), (1,)), ((1, 2), ()), ((1,), (2,))]


def _config(platform: str, watched: tuple[int, ...]) -> DeviceConfig:
    _grammar, _model, svi, port = KINDS[platform]
    track = tuple(f"{port}{n}" for n in watched)
    group = Vrrp(group=10, address=IPv4Interface("10.0.10.1/24"), priority=150, track=track)
    ports = tuple(Interface(name=f"{port}{n}") for n in (1, 2, 3))
    here = Interface(name=svi, kind="vlan", vlan=10, addresses=(IPv4Interface("10.0.10.2/24"),), vrrp=(group,))
    ssh = Ssh(password_login=platform in ("cisco_ios", "ruijie"))
    return DeviceConfig(hostname="a", ssh=ssh, vlans=(Vlan(id=10, name="ten"),), interfaces=(*ports, here))


def _typed(grammar: LineGrammar, text: str, lines: tuple[str, ...]) -> str:
    tree, here = grammar.load(text), Path()
    for line in lines:
        if line in ("quit", "exit", "exit-vrrp"):
            here = here[:-1]
            continue
        outcome = grammar.apply(tree, here, line, sure=True)
        here = outcome.enter if outcome.enter is not None else here
    return "\n".join(grammar.shown(tree, secrets=True))


@pytest.mark.parametrize("platform", KINDS)
@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_another_port_is_watched(platform: str, before: tuple[int, ...], after: tuple[int, ...]) -> None:
    functions, (kind, model, _svi, _port) = registry.platform(platform), KINDS[platform]
    old, new = (functions.render(_config(platform, watched)) for watched in (before, after))
    grammar = kind(Description(platform, model))
    shown = _typed(grammar, old, patch.patch(old, new, platform))
    found = functions.parse(shown)
    groups = [group for item in found.config.interfaces for group in item.vrrp]
    assert (groups, found.unparsed) == ([g for i in functions.parse(new).config.interfaces for g in i.vrrp], ())
    assert patch.patch(shown, new, platform) == ()
