"""Texts of the four kinds of devices, drawn from the example county, stay as written and are written back the same.

They were made once from what intent says; intent may say something else since, so they are compared with themselves.
"""

import re
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest

from inventory.deviceconfig import DeviceConfig
from inventory.platforms import access_lists, h3c_comware

GOLDEN = Path(__file__).parent / "golden"
NAMES = sorted(path.stem for path in GOLDEN.glob("*.cfg"))


def text_of(name: str) -> str:
    return (GOLDEN / f"{name}.cfg").read_text(encoding="utf-8")


def config_of(name: str) -> DeviceConfig:
    return h3c_comware.parse(text_of(name)).config


def test_there_is_a_text_of_each_kind_of_device() -> None:
    assert NAMES == ["access", "core", "cpe", "firewall"]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_understood_whole_and_written_back_the_same(name: str) -> None:
    parsed = h3c_comware.parse(text_of(name))
    assert parsed.unparsed == ()
    assert h3c_comware.render(parsed.config) == text_of(name)


REDUNDANT = (
    "#", "return", " area 0.0.0.0", "snmp-agent\n", "snmp-agent sys-info version", "info-center loghost source",
    "ntp-service source", "dns source-interface", "snmp-agent trap source", " authentication-mode scheme",
    " protocol inbound ssh", " idle-timeout 10 0", "ssh server authentication-retries 3", " port link-mode route\n ip",
    " ospf network-type broadcast", " ospf network-type p2p", "  public-key-code", " peer-public-key", "line vty",
    " action drop", "  action drop", " port link-mode bridge\n port", " port link-mode bridge\n desc",
    " port link-mode route\n desc", "security-zone name Trust", " ip address unnumbered",
)  # fmt: skip
"""lines whose meaning is Comware's default, or stands in another line too"""


def _shape(line: str) -> str:
    return re.sub(r"\d+|[0-9A-F]{16,}", "0", line)


def _lines_that_mean_something(name: str) -> list[int]:
    """Return the first line of each shape; the others say the same of something else."""
    lines = text_of(name).splitlines(keepends=True)
    found: dict[str, int] = {}
    for index, line in enumerate(lines):
        if not f"{line}{''.join(lines[index + 1 : index + 2])}".startswith(REDUNDANT):
            found.setdefault(_shape(line), index)
    return [index for index in sorted(found.values()) if not lines[index].endswith((" comment rest\n", *_idle(lines)))]


def _idle(lines: list[str]) -> tuple[str, ...]:
    """Return how the lines end that put a port without an address into the zone of the rest."""
    start = lines.index("security-zone name Trust\n") + 1 if "security-zone name Trust\n" in lines else len(lines)
    return tuple(line for line in lines[start : start + 2] if line.startswith(" import interface"))


@pytest.mark.parametrize("name", NAMES)
def test_a_lost_line_never_goes_unnoticed(name: str) -> None:
    lines, whole = text_of(name).splitlines(keepends=True), config_of(name)
    for index in _lines_that_mean_something(name):
        parsed = h3c_comware.parse("".join([*lines[:index], *lines[index + 1 :]]))
        assert parsed.unparsed or parsed.config != whole, (index, lines[index])


@pytest.mark.parametrize("name", ["access", "cpe"])
def test_a_foreign_line_anywhere_is_listed_with_its_number(name: str) -> None:
    lines = text_of(name).splitlines()
    for place in range(1, len(lines) - 1):
        before = lines[place - 1]
        text = "\n".join([*lines[:place], f"{before[: len(before) - len(before.lstrip())]}fro_bnicate", *lines[place:]])
        listed = h3c_comware.parse(text).unparsed
        assert any((found.line, found.text) == (place + 1, "fro_bnicate") for found in listed), before


def test_the_core_switch_says_what_it_should() -> None:
    config = config_of("core")
    items = {item.name: item for item in config.interfaces}
    lists = access_lists.lists(config)
    assert config.forwarding
    assert config.ospf
    assert len(lists) > 3
    assert all(rules[-1] == access_lists.rest(port) for port, rules in lists.items())
    assert {item.hook for item in config.filters} == {"input", "forward"}
    trunks = [i.switchport for i in items.values() if i.switchport and i.switchport.mode == "trunk"]
    assert trunks
    assert all(1 not in port.trunk for port in trunks)
    assert any(item.vrrp for item in items.values())
    assert [user.locked for user in config.users] == [True, False]


def test_the_access_switch_routes_nothing() -> None:
    config = config_of("access")
    assert not config.forwarding
    assert config.source == IPv4Address("10.255.92.12")
    assert config.lldp
    assert config.lldp.ports == ("Ten-GigabitEthernet1/0/25",)
    idle = next(item for item in config.interfaces if item.name == "GigabitEthernet1/0/3")
    assert (idle.enabled, idle.switchport) == (False, None)


def test_the_firewall_says_what_it_should() -> None:
    config = config_of("firewall")
    filters = {item.hook: item for item in config.filters}
    assert set(filters) == {"input", "forward"}
    assert not any(item.stateless for item in filters.values())
    assert {item.default for item in filters.values()} == {"drop"}
    spoof = next(rule for rule in filters["forward"].rules if rule.name == "internet-spoof")
    assert (spoof.action, spoof.in_interfaces, spoof.log) == ("drop", ("GigabitEthernet1/0/5",), True)
    assert IPv4Network("10.0.0.0/8") in spoof.sources
    assert [(rule.kind, rule.name, rule.ports) for rule in config.nat] == [
        ("destination", "internet-public", (80, 443)),
        ("source", "browsing-internet", ()),
    ]
    assert config.nat[1].to == IPv4Address("203.0.113.2")
    assert {v.sync for item in config.interfaces for v in item.vrrp} == {"zones"}


def test_the_cpe_says_what_it_should() -> None:
    config = config_of("cpe")
    (tunnel,) = config.tunnels
    assert (tunnel.ike_proposal, tunnel.esp_proposal) == ("aes128-sha256-ecp256", "aes128-sha256")
    assert tunnel.remote_prefixes == (IPv4Network("0.0.0.0/0"),)
    assert tunnel.key.get_secret_value() == "secret-of-ipsec-cpe-025"
    assert tunnel.initiate
    forward = next(item for item in config.filters if item.hook == "forward")
    assert forward.rules[-1].out_interfaces == ("Tunnel0",)
    assert "Tunnel0" not in [item.name for item in config.interfaces]
