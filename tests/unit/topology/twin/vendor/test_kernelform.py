"""A vendor's configuration as the kernel's daemons are to hold it."""

from ipaddress import IPv4Interface, IPv4Network

from countynet.errors import BadInput
from inventory import names
from inventory.deviceconfig import DeviceConfig, FilterRule, Interface, Lldp, PacketFilter
from inventory.intent.adapt import adapted
from inventory.platforms import registry
from inventory.subset import subset
from tests.unit.inventory.mixed_county import mixed_county, secrets
from topology.twin.vendor.kernelform import is_stateless, kernel_config, linux_text

PORT, VLAN = "GigabitEthernet0/0/1", "Vlanif10"


def _config(*rules: FilterRule, **fields: object) -> DeviceConfig:
    filters = tuple(PacketFilter(hook=h, default="accept", rules=rules, stateless=True) for h in ("input", "forward"))
    interfaces = (
        Interface(name="LoopBack0", kind="loopback", addresses=(IPv4Interface("10.9.9.1/32"),)),
        Interface(name="LoopBack7", kind="loopback"),
        Interface(name="MEth0/0/0"),
        Interface(name=PORT),
        Interface(name=VLAN, kind="vlan", vlan=10),
    )
    return DeviceConfig.model_validate(
        {"hostname": "sw-1", "interfaces": interfaces, "filters": filters if rules else ()} | fields
    )


def test_interfaces_get_the_kernels_names_everywhere() -> None:
    rule = FilterRule(action="accept", name="a", in_interfaces=(VLAN,))
    lldp = Lldp(ports=(PORT, "MEth0/0/0"), management="10.9.9.1")
    kernel, left = kernel_config(_config(rule, lldp=lldp), "MEth0/0/0")
    assert [i.name for i in kernel.interfaces] == ["ge0-0-1", "lo", "stg0", "v10"]
    assert left == ("LoopBack7",)
    assert kernel.filters[0].rules[0].in_interfaces == ("v10",)
    assert kernel.lldp is not None
    assert kernel.lldp.ports == ("ge0-0-1",)


def test_the_kernel_holds_what_every_makers_device_of_a_county_is_told() -> None:
    county = subset(mixed_county(), 5)
    configs, refused = adapted(county, secrets), {}
    vendors = [device for device in county.devices if device.platform != "linux"]
    for device in vendors:
        read = registry.platform(device.platform).parse(registry.platform(device.platform).render(configs[device.name]))
        kernel, _left = kernel_config(read.config, names.staging(device))
        try:
            linux_text(kernel, is_stateless(kernel.filters), {})
        except BadInput as bad:
            refused[device.name] = [problem.where for problem in bad.problems]
    assert refused == {}
    assert {device.platform for device in vendors} == {*registry.PACKAGES} - {"linux"}


def test_a_group_watches_ports_and_packets_are_steered_by_the_kernels_names() -> None:
    group = {"group": 10, "address": "10.0.10.1/24", "priority": 150, "track": ("XGigabitEthernet0/0/2", PORT)}
    svi = {"name": VLAN, "kind": "vlan", "vlan": 10, "addresses": ("10.0.10.2/24",), "vrrp": (group,)}
    steered = {"interface": VLAN, "order": 10, "source": "10.0.10.0/24", "next_hop": "10.0.0.9"}
    ports = ({"name": PORT}, {"name": "XGigabitEthernet0/0/2"}, svi)
    kernel, _left = kernel_config(_config(interfaces=ports, policy_routes=(steered,), forwarding=True), "")
    assert kernel.interfaces[1].vrrp[0].track == ("ge0-0-1", "xge0-0-2")
    text = linux_text(kernel, False, {})
    assert "  track_interface {\n    ge0-0-1 weight -253\n    xge0-0-2 weight -253\n  }" in text
    assert kernel.policy_routes[0].interface == "v10"
    assert "GigabitEthernet" not in text
    assert VLAN not in text


def test_groups_of_a_set_are_lowered_by_the_sets_own_word_as_keepalived_ignores_theirs() -> None:
    def leg(number: int, sync: str) -> dict[str, object]:
        group = {"group": number, "address": f"10.0.{number}.1/24", "priority": 150, "sync": sync, "track": (PORT,)}
        return {"name": f"Vlanif{number}", "kind": "vlan", "vlan": number, "addresses": (f"10.0.{number}.2/24",),
                "vrrp": (group,)}  # fmt: skip

    legs = ({"name": PORT}, leg(10, "zones"), leg(11, "zones"), leg(12, ""))
    text = linux_text(kernel_config(_config(interfaces=legs, forwarding=True), "")[0], False, {})
    track = "  track_interface {\n    ge0-0-1 weight -253\n  }\n"
    assert f"  group {{\n    v10-10\n    v11-11\n  }}\n{track}}}\nvrrp_instance v10-10 {{\n" in text
    assert text.count("track_interface") == 2
    assert track in text[text.index("vrrp_instance v12-12 {") :]


def test_a_stateless_established_is_a_look_at_the_flags() -> None:
    rules = (
        FilterRule(action="accept", name="back", state="established", protocol="tcp", in_interfaces=(VLAN,),
                   sources=(IPv4Network("10.0.0.0/8"),), source_ports=(80,)),
        FilterRule(action="accept", name="any", state="established", protocol="tcp", in_interfaces=(VLAN,)),
        FilterRule(action="drop", name="rest", in_interfaces=(VLAN,)),
    )  # fmt: skip
    config = _config(*rules)
    text = linux_text(kernel_config(config, "")[0], is_stateless(config.filters), {})
    assert "ct state" not in text
    assert 'iifname "v10" ip saddr 10.0.0.0/8 tcp sport 80 tcp flags & (ack | rst) != 0x0 counter accept' in text
    assert 'iifname "v10" tcp flags & (ack | rst) != 0x0 counter accept comment "any"' in text


def test_accounts_and_the_ssh_server_are_not_the_daemons() -> None:
    text = linux_text(kernel_config(_config(users=({"name": "amy"},), banner="hello"), "")[0], False, {})
    assert "amy" not in text
    assert "/etc/ssh" not in text


def test_neighbours_hear_the_printed_name() -> None:
    config = _config(lldp=Lldp(ports=(PORT,), management="10.9.9.1"))
    text = linux_text(kernel_config(config, "")[0], False, {"ge0-0-1": PORT, "v10": VLAN})
    assert f"configure ports ge0-0-1 lldp portidsubtype local {PORT}\n" in text
    assert "ports v10" not in text


def test_lists_of_ipv4_let_ipv6_by_where_the_device_speaks_it() -> None:
    rest = FilterRule(action="drop", name="rest", in_interfaces=(VLAN,))
    quiet = _config(rest)
    assert "nfproto" not in linux_text(kernel_config(quiet, "")[0], True, {})
    items = [i.model_dump() | ({"addresses6": ("2001:db8::1/64",), "ipv6": True} if i.name == VLAN else {})
             for i in quiet.interfaces]  # fmt: skip
    routes = ({"prefix": "::/0", "next_hop": "fe80::1", "interface": VLAN},)
    kernel, _left = kernel_config(_config(rest, interfaces=items, routes6=routes, forwarding6=True), "")
    text = linux_text(kernel, True, {})
    for hook in ("input", "forward"):
        head = text.index(f"type filter hook {hook}")
        assert text.index("meta nfproto ipv6 counter accept", head) < text.index('comment "rest"', head)
    assert "ipv6 route ::/0 fe80::1 v10\n" in text
