"""The difference of two configurations: members by name, order apart, no secret shown."""

from typing import Any

import pytest
from pydantic import SecretStr

from inventory.deviceconfig import DeviceConfig, FilterRule, Interface, PacketFilter, StaticRoute, Tunnel, Vlan
from inventory.platforms.seam import Parsed, UnparsedLine
from playbooks.drift.compare import HIDDEN, differences, unmanaged, unwritten


def config(**fields: Any) -> DeviceConfig:
    return DeviceConfig(hostname="sw-1", **fields)


def told(running: DeviceConfig, intended: DeviceConfig) -> list[tuple[str, str, str]]:
    return [(d.path, d.running, d.intended) for d in differences(running, intended)]


def port(name: str, **fields: Any) -> Interface:
    return Interface(name=name, **fields)


def rules(*names: str) -> PacketFilter:
    return PacketFilter(hook="input", default="drop", rules=tuple(FilterRule(action="accept", name=n) for n in names))


def tunnel(key: str) -> Tunnel:
    return Tunnel(
        name="hub",
        local="10.0.0.1",
        remote=None,
        local_id="a",
        remote_id="b",
        local_prefixes=(),
        remote_prefixes=(),
        key=SecretStr(key),
        initiate=True,
    )


def test_equal_configurations_have_no_difference() -> None:
    assert told(config(vlans=(Vlan(id=2),)), config(vlans=(Vlan(id=2),))) == []


def test_members_are_matched_by_name_not_by_place() -> None:
    running = config(interfaces=(port("a"), port("b", description="x"), port("c")))
    intended = config(interfaces=(port("b"), port("c", enabled=False)))
    assert told(running, intended) == [
        ("interfaces[b].description", "x", ""),
        ("interfaces[c].enabled", "True", "False"),
        ("interfaces[a]", "name=a", ""),
    ]


def test_one_route_more_and_one_less_are_two() -> None:
    running = config(routes=(StaticRoute(prefix="10.0.0.0/8", next_hop=None),))
    intended = config(routes=(StaticRoute(prefix="10.0.0.0/8", next_hop="10.1.1.1"),))
    assert [path for path, _a, _b in told(running, intended)] == ["routes[10.0.0.0/8 10.1.1.1]", "routes[10.0.0.0/8 -]"]


def test_the_order_of_rules_is_a_difference_of_its_own() -> None:
    assert told(config(filters=(rules("a", "b", "c"),)), config(filters=(rules("b", "a", "c"),))) == [
        ("filters[input].rules (order)", "a, b, c", "b, a, c")
    ]


def test_rules_of_one_name_are_numbered() -> None:
    found = told(config(filters=(rules("a", "a", "a"),)), config(filters=(rules("a", "a"),)))
    assert [path for path, _a, _b in found] == ["filters[input].rules[a#3]"]


def test_another_secret_shows_as_different_and_not_what_it_is() -> None:
    assert told(config(tunnels=(tunnel("one"),)), config(tunnels=(tunnel("two"),))) == [
        ("tunnels[hub].key", HIDDEN, HIDDEN)
    ]
    ((_path, running, intended),) = told(config(tunnels=(tunnel("one"),)), config())
    assert "one" not in running.split("key=")[1]
    assert intended == ""


@pytest.mark.parametrize(
    ("running", "intended", "left"),
    [(["x"], [], ["x"]), (["x"], ["x"], []), (["x", " x"], ["x"], [" x"]), ([], ["x"], [])],
)
def test_lines_that_nobody_understands_or_asked_for_are_unmanaged(
    running: list[str], intended: list[str], left: list[str]
) -> None:
    def parsed(lines: list[str]) -> Parsed:
        return Parsed(
            config=config(),
            unparsed=tuple(UnparsedLine(section="s", line=n, text=text) for n, text in enumerate(lines, 1)),
        )

    assert [line.text for line in unmanaged(parsed(running), parsed(intended))] == left


def test_a_lacking_line_is_no_line_that_somebody_added() -> None:
    lacking = Parsed(config=config(), unparsed=(UnparsedLine(section="s", line=0, text="x"),))
    assert unmanaged(lacking, Parsed(config=config())) == ()


def test_lines_that_are_read_and_never_written_are_unmanaged_with_the_lists_that_they_name() -> None:
    acl, bgp = "acl number 3001\n rule 5 permit ip\n", "bgp 65000\n peer 10.0.0.9 filter-policy 3001 import\n"
    running = f"#\nsysname a\n#\n{acl}#\n{bgp}#\nreturn\n"
    found = unwritten(running, "#\nsysname a\n#\nreturn\n", "huawei_vrp")
    assert [(one.section, one.line, one.text) for one in found] == [
        ("", 7, "bgp 65000"),
        ("bgp 65000", 8, "peer 10.0.0.9 filter-policy 3001 import"),
        ("", 4, "acl number 3001"),
        ("acl number 3001", 5, "rule 5 permit ip"),
    ]
    assert unwritten(running, running, "huawei_vrp") == unwritten("x", "y", "linux") == ()
