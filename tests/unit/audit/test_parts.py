"""The small pure parts: filter decisions, citing, proposals, and what live answers mean."""

from ipaddress import IPv4Address

import pytest
from pyasn1.codec.ber import decoder
from pysnmp.proto import api

from audit.checks.upkeep import is_strong
from audit.cite import MOST, Pattern, cite
from audit.live.logs import last_lines
from audit.live.snmp import get_v2, version_of
from audit.packetfilter import Packet, decide
from inventory.deviceconfig import DeviceConfig
from topology.confirm.packets import snmp_discovery

UNIT, SERVER = IPv4Address("10.21.1.10"), IPv4Address("10.1.0.10")


def config(*rules: dict[str, object], default: str = "drop") -> DeviceConfig:
    named = [{"name": f"r{i}", "action": "accept", **rule} for i, rule in enumerate(rules)]
    return DeviceConfig.model_validate(
        {"hostname": "x", "filters": [{"hook": "forward", "default": default, "rules": named}]}
    )


def packet(**changes: object) -> Packet:
    return Packet(UNIT, SERVER, "tcp", 80, "lan0", "wan0")._replace(**changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "taken"),
    [
        ({}, True),
        ({"state": "established"}, False),
        ({"in_interfaces": ["lan0"]}, True),
        ({"in_interfaces": ["dsl0"]}, False),
        ({"out_interfaces": ["dsl0"]}, False),
        ({"sources": ["10.21.0.0/16"]}, True),
        ({"sources": ["10.22.0.0/16"]}, False),
        ({"destinations": ["10.21.0.0/16"]}, False),
        ({"not_sources": ["10.21.1.0/24"]}, False),
        ({"not_sources": ["10.21.2.0/24"]}, True),
        ({"protocol": "tcp", "ports": [80, 443]}, True),
        ({"protocol": "tcp", "ports": [22]}, False),
        ({"protocol": "udp"}, False),
        ({"source_macs": ["02:00:00:00:00:01"]}, True),
        ({"not_source_macs": ["02:00:00:00:00:01"]}, True),
    ],
)
def test_a_rule_takes_what_it_names(rule: dict[str, object], taken: bool) -> None:
    assert decide(config(rule), "forward", packet()) == (("accept", "r0") if taken else ("drop", "default"))


def test_the_first_match_decides_and_no_filter_accepts() -> None:
    both = config({"action": "drop", "protocol": "tcp"}, {})
    assert decide(both, "forward", packet()) == ("drop", "r0")
    assert decide(both, "forward", packet(protocol="icmp")) == ("accept", "r1")
    assert decide(both, "input", packet()) == ("accept", "default")


def test_a_hardware_address_stops_nobody_because_it_can_be_forged() -> None:
    for field in ("source_macs", "not_source_macs"):
        barred = config({"action": "drop", field: ["02:00:00:00:00:01"]}, {})
        assert decide(barred, "forward", packet()) == ("accept", "r1")


def test_citing_numbers_lines_within_their_file_and_stops() -> None:
    text = "#### /etc/a 0644\none\ntwo\n#### /etc/b 0600\ntwo\n" + "two\n" * 50
    found = cite(text, [Pattern("/etc/*", "^two$")])
    assert [(line.section, line.line) for line in found[:2]] == [("/etc/a", 2), ("/etc/b", 1)]
    assert len(found) == MOST
    assert cite(text, [Pattern("/etc/c", ".")]) == ()


@pytest.mark.parametrize(
    ("proposal", "strong"),
    [
        ("aes128gcm16-prfsha256-ecp256", True),
        ("aes128gcm16", True),
        ("aes256-sha256-modp2048", True),
        ("3des-sha1-modp1024", False),
        ("aes128-sha1-modp2048", False),
        ("aes128-prfsha1-modp2048", False),
        ("aes128-md5", False),
        ("aes256-sha256-modp1024", False),
        ("null-sha256", False),
        ("sha256", False),
        ("aes256-sha256-modp2048,3des-sha1", False),
        ("", False),
    ],
)
def test_proposals(proposal: str, strong: bool) -> None:
    assert is_strong(proposal) is strong


def test_a_v2_get_is_well_formed_and_its_answer_is_told_from_v3() -> None:
    module = api.PROTOCOL_MODULES[api.SNMP_VERSION_2C]
    sent = get_v2("public", 0x40000001)
    message, rest = decoder.decode(sent, asn1Spec=module.Message())
    assert rest == b""
    assert bytes(module.apiMessage.get_community(message)) == b"public"
    assert version_of(sent) == (2, "public")
    assert version_of(snmp_discovery(0x40000000)) == (3, "")


@pytest.mark.parametrize(
    "noise", [b"", b"\x30", b"\x30\x02\x02\x01", b"\x30\x84", b"\x00" * 60, b"\x30\x82\x01\x00\x02\x01\x01\x04"]
)
def test_noise_is_no_answer(noise: bytes) -> None:
    assert version_of(noise) in ((0, ""), (2, ""))


def test_the_last_lines_of_the_log_server() -> None:
    text = "/var/log/devices/fw-1.log\t2026 x\ty\n/var/log/devices/fw-2.log\t\n/var/log/devices/*.log\t\ntail: gone\n"
    assert last_lines(text) == {"fw-1": "2026 x\ty"}
