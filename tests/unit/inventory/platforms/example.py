"""One configuration that uses every field."""

from pydantic import SecretStr

from inventory.deviceconfig import (
    DeviceConfig,
    FilterRule,
    Interface,
    Lldp,
    NatRule,
    Ospf,
    OspfInterface,
    PacketFilter,
    Redistribution,
    Snmp,
    SnmpUser,
    Ssh,
    StaticRoute,
    StaticRoute6,
    SwitchPort,
    Tunnel,
    User,
    Vlan,
    Vrrp,
)

FULL = DeviceConfig.model_validate(
    {
        "hostname": "core-1",
        "source": "10.255.1.1",
        "vlans": (Vlan(id=101, name="u001"), Vlan(id=91)),
        "interfaces": (
            Interface.model_validate(
                {"name": "lo", "kind": "loopback", "addresses": ("10.255.1.1/32",), "ospf": OspfInterface(passive=True)}
            ),
            Interface.model_validate(
                {
                    "name": "v101",
                    "kind": "vlan",
                    "vlan": 101,
                    "description": "u001 县委办",
                    "addresses": ("10.20.1.2/29",),
                    "vrrp": (
                        Vrrp.model_validate(
                            {
                                "group": 101,
                                "address": "10.20.1.1/29",
                                "priority": 150,
                                "sync": "zones",
                                "track": ("x-fw1", "trunk1"),
                                "routes": (
                                    {"prefix": "10.21.1.0/24", "next_hop": "10.20.1.4"},
                                    {"prefix": "10.20.1.0/30", "next_hop": None},
                                ),
                            }
                        ),
                    ),
                }
            ),
            Interface(name="trunk1", switchport=SwitchPort(mode="trunk", trunk=(91, 101))),
            Interface(name="idle1", enabled=False, switchport=SwitchPort(mode="trunk")),
            Interface(name="p01", switchport=SwitchPort(mode="access", access=101)),
            Interface.model_validate(
                {
                    "name": "x-fw1",
                    "addresses": ("10.254.0.5/30",),
                    "addresses6": ("2001:db8:5::1/64",),
                    "ospf": OspfInterface(cost=20, point_to_point=False, key=SecretStr("link-key-16-long")),
                }
            ),
            Interface(name="stg0", description="staging", enabled=False),
        ),
        "forwarding": True,
        "routes": (
            StaticRoute.model_validate({"prefix": "0.0.0.0/0", "next_hop": "10.254.0.6"}),
            StaticRoute.model_validate({"prefix": "10.21.0.0/16", "next_hop": None, "distance": 250}),
        ),
        "forwarding6": True,
        "routes6": (
            StaticRoute6.model_validate({"prefix": "::/0", "next_hop": "fe80::1", "interface": "x-fw1"}),
            StaticRoute6.model_validate({"prefix": "2001:db8::/32", "next_hop": None, "distance": 250}),
        ),
        "ospf": Ospf.model_validate(
            {
                "router_id": "10.255.1.1",
                "redistribute": (
                    Redistribution(source="static"),
                    Redistribution(source="connected", metric=5),
                    Redistribution(source="vrrp", metric=7),
                ),
                "default_metric": 10,
            }
        ),
        "filters": (
            PacketFilter(
                hook="input",
                default="drop",
                rules=(
                    FilterRule(action="accept", name="established", state="established"),
                    FilterRule(action="accept", name="ospf", protocol="ospf", in_interfaces=("x-fw1",)),
                    FilterRule.model_validate(
                        {
                            "action": "accept",
                            "name": "neighbours",
                            "sources6": ("fe80::/10",),
                            "not_sources6": ("fe80::bad/128",),
                            "protocol": "icmpv6",
                            "discovery_only": True,
                        }
                    ),
                ),
            ),
            PacketFilter(
                hook="forward",
                default="drop",
                rules=(
                    FilterRule.model_validate(
                        {
                            "action": "drop",
                            "name": "spoof-u001",
                            "in_interfaces": ("v101",),
                            "not_sources": ("10.21.1.0/24", "10.255.16.1/32"),
                            "log": True,
                        }
                    ),
                    FilterRule.model_validate(
                        {
                            "action": "accept",
                            "name": "web",
                            "sources": ("10.21.0.0/24", "10.21.1.0/24"),
                            "destinations": ("10.1.0.20/32",),
                            "out_interfaces": ("x-fw1", "v101"),
                            "protocol": "tcp",
                            "ports": (80, 443),
                        }
                    ),
                    FilterRule(action="accept", name="echo", protocol="icmp", icmp_echo_only=True),
                    FilterRule.model_validate(
                        {
                            "action": "accept",
                            "name": "echo6",
                            "destinations6": ("2001:db8:1::/48",),
                            "protocol": "icmpv6",
                            "icmp_echo_only": True,
                        }
                    ),
                ),
            ),
        ),
        "nat": (
            NatRule.model_validate(
                {"kind": "source", "name": "hide", "interface": "inet0", "sources": ("10.21.0.0/16",)}
            ),
            NatRule.model_validate(
                {
                    "kind": "destination",
                    "name": "publish",
                    "interface": "inet0",
                    "destinations": ("203.0.113.10/32",),
                    "protocol": "tcp",
                    "ports": (443,),
                    "to": "10.2.0.10",
                }
            ),
        ),
        "tunnels": (
            Tunnel.model_validate(
                {
                    "name": "cpe-025",
                    "local": "198.51.100.2",
                    "remote": None,
                    "local_id": "vpn-hub.qinglan.internal",
                    "remote_id": "cpe-025.qinglan.internal",
                    "local_prefixes": ("0.0.0.0/0",),
                    "remote_prefixes": ("10.21.25.0/24", "10.255.16.25/32"),
                    "key": SecretStr('psk "with" quotes and 汉字'),
                    "initiate": False,
                }
            ),
        ),
        "snmp": Snmp.model_validate(
            {
                "listen": "10.255.1.1",
                "location": "County Administration Building",
                "contact": "值班 0609-3110000",
                "users": (
                    SnmpUser(name="countynet", auth_key=SecretStr("authauth1"), priv_key=SecretStr("privpriv1")),
                ),
                "trap_receivers": ("10.255.0.10",),
            }
        ),
        "ssh": Ssh.model_validate({"listen": "10.255.1.1", "max_tries": 4}),
        "lldp": Lldp.model_validate({"ports": ("x-fw1", "trunk1"), "management": "10.255.1.1"}),
        "ntp_servers": ("10.1.0.10",),
        "ntp_key": {"number": 2, "kind": "SHA256", "secret": "time-key-of-all-devices-32-chars"},
        "syslog_servers": ("10.1.0.10",),
        "dns_servers": ("10.1.0.10",),
        "users": (User(name="netadmin", ssh_keys=("ssh-ed25519 AAAAC3Nz",)), User(name="factory", locked=True)),
        "banner": "Qinglan County: authorised staff only",
    }
)
