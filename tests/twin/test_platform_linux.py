"""The Linux platform on real daemons: two bare devices configured by `activation`, changed by hand, and put right."""

import os
import shutil
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from inventory.deviceconfig import DeviceConfig, FilterRule, Interface, StaticRoute, SwitchPort, Tunnel
from inventory.platforms import linux
from tests.twin.platform_lab import DEVICES, Lab, until

PROGRAMS = ("nft", "ovs-vswitchd", "vtysh", "charon-systemd", "keepalived", "snmpd", "lldpd", "tini", "snmpget")
missing = [program for program in PROGRAMS if not shutil.which(program)]
pytestmark = [
    pytest.mark.twin,
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root for network namespaces"),
    pytest.mark.skipif(bool(missing), reason=f"needs {' '.join(missing)}"),
]
KEYS = ("-l", "authPriv", "-u", "countynet", "-a", "SHA-256", "-A", "authauth1", "-x", "AES", "-X", "privpriv1")

COMPUTERS = ["00:1e:c9:5a:00:19", "a0:1e:c9:5a:00:1a", "02:00:00:00:00:01"]


def _rule(name: str, **fields: object) -> FilterRule:
    return FilterRule.model_validate({"action": "accept", "name": name} | fields)


def _interfaces(number: int) -> tuple[Interface, ...]:
    described = [
        {"name": "lo", "kind": "loopback", "addresses": [f"10.255.1.{number}/32"]},
        {"name": "x0", "description": "to 对端 !", "addresses": [f"10.254.0.{number}/30"], "ospf": {}},
        {"name": "p0", "switchport": SwitchPort(mode="trunk", trunk=(101,))},
        {
            "name": "v101",
            "kind": "vlan",
            "vlan": 101,
            "addresses": [f"10.20.1.{number + 1}/29"],
            "ospf": {"passive": True, "point_to_point": False},
            "vrrp": [{"group": 101, "address": "10.20.1.1/29", "priority": 200 - 50 * number, "sync": "all"}],
        },
        {"name": "stg0", "description": "staging", "enabled": False},
    ]
    if number == 1:
        described.append({"name": "p1", "switchport": SwitchPort(mode="access", access=101)})
    else:
        described.append({"name": "lan0", "description": "LAN", "addresses": ["10.21.1.1/24"]})
    return tuple(Interface.model_validate(fields) for fields in described)


def _filters() -> list[dict[str, object]]:
    received = (
        _rule("established", state="established"),
        _rule("local", in_interfaces=["lo"]),
        _rule("ospf", protocol="ospf", in_interfaces=["x0"], sources=["10.254.0.1/32", "10.254.0.2/32"]),
        _rule("vrrp", protocol="vrrp", in_interfaces=["v101"]),
        _rule("ike", protocol="udp", ports=[500, 4500], in_interfaces=["x0"]),
        _rule("echo", protocol="icmp", icmp_echo_only=True, sources=["10.20.0.0/24", "10.20.1.0/24", "10.21.0.0/16"]),
        _rule("answers", protocol="udp", source_ports=[53, 123], sources=["10.20.1.4/32"]),
        _rule("both-ends", protocol="udp", source_ports=[500], ports=[500, 4500]),
        _rule("snmp", protocol="udp", ports=[161], sources=["10.20.1.4/32", "10.20.1.5/32", "10.20.1.6/32"]),
    )
    through = (
        _rule("spoof", action="drop", in_interfaces=["lan0"], not_sources=["10.21.1.0/24", "10.21.0.0/24"], log=True),
        _rule("strangers", action="drop", in_interfaces=["lan0"], not_source_macs=COMPUTERS, log=True),
        _rule(
            "own", in_interfaces=["lan0"], out_interfaces=["x0"], source_macs=COMPUTERS[:1], sources=["10.21.1.0/24"]
        ),
        _rule("out", in_interfaces=["v101", "lan0"], destinations=["10.255.0.0/16"]),
    )
    return [
        {"hook": "input", "default": "drop", "rules": received},
        {"hook": "forward", "default": "drop", "rules": through},
    ]


def _config(number: int) -> DeviceConfig:
    hub = number == 1
    tunnel = {
        "name": "link",
        "local": f"10.254.0.{number}",
        "remote": None if hub else "10.254.0.1",
        "local_id": f"{DEVICES[number - 1]}.example",
        "remote_id": f"{DEVICES[number % 2]}.example",
        "local_prefixes": ["0.0.0.0/0"] if hub else ["10.21.1.0/24"],
        "remote_prefixes": ["10.21.1.0/24"] if hub else ["0.0.0.0/0"],
        "key": SecretStr('a "key" with spaces'),
        "initiate": not hub,
    }
    user = {"name": "countynet", "auth_key": SecretStr("authauth1"), "priv_key": SecretStr("privpriv1")}
    snmp = {"listen": f"10.255.1.{number}", "location": "机房 #1", "users": [user], "trap_receivers": ["10.20.1.6"]}
    return DeviceConfig.model_validate(
        {
            "hostname": DEVICES[number - 1],
            "source": f"10.255.1.{number}",
            "vlans": [{"id": 101, "name": "unit 一"}],
            "interfaces": _interfaces(number),
            "forwarding": True,
            "routes": [StaticRoute.model_validate({"prefix": "10.88.0.0/16", "next_hop": None, "distance": 250})],
            "ospf": {
                "router_id": f"10.255.1.{number}",
                "redistribute": [{"source": "static", "metric": 30}],
                "default_metric": 10 if hub else None,
            },
            "filters": _filters(),
            "nat": [{"kind": "source", "name": "hide", "interface": "x0", "sources": ["10.77.0.0/24", "10.77.1.0/24"]}],
            "tunnels": [Tunnel.model_validate(tunnel)],
            "snmp": snmp,
            "lldp": {"ports": ["x0"], "management": f"10.255.1.{number}"},
            "ntp_servers": ["10.20.1.6"],
            "syslog_servers": ["10.20.1.6"],
            "dns_servers": ["10.20.1.6"],
            "users": [{"name": "netadmin", "ssh_keys": ["ssh-ed25519 AAAAC3Nz"]}, {"name": "factory", "locked": True}],
            "banner": "Authorised staff only",
        }
    )


CONFIGS = {name: _config(number) for number, name in enumerate(DEVICES, 1)}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    bench = Lab(tmp_path_factory.mktemp("lab"))
    try:
        bench.up()
        for name, config in CONFIGS.items():
            until(lambda name=name: "sshd" in bench.on(name, "ps -e -o comm="))
            bench.apply(name, config, close=True)
        bench.terminal("ip", "address", "add", "10.20.1.6/29", "dev", "eth0")
        bench.terminal("ip", "route", "add", "default", "via", "10.20.1.1")
        yield bench
    finally:
        bench.down()


@pytest.mark.parametrize("name", DEVICES)
def test_a_configured_device_shows_no_difference_and_nothing_unparsed(lab: Lab, name: str) -> None:
    assert lab.settled(name, CONFIGS[name]) == ""
    parsed = linux.parse(lab.running(name))
    assert parsed.config == CONFIGS[name]
    assert parsed.unparsed == ()


@pytest.mark.parametrize("name", DEVICES)
def test_the_loaded_ruleset_reads_as_it_was_written(lab: Lab, name: str) -> None:
    printed = lab.on(name, "nft -s list ruleset").split("\n\t\t")
    written = lab.on(name, "cat /etc/nftables.conf").split("\n\t\t")[1:]
    merged = [line for line in printed[1:] if line not in written]
    assert all("10.20.0.0/23" in line or "10.77.0.0/23" in line or "10.21.0.0/23" in line for line in merged)
    assert len(printed) - 1 == len(written)


def test_neighbours_route_to_each_other(lab: Lab) -> None:
    assert until(lambda: "Full" in lab.on("left", "vtysh -c 'show ip ospf neighbor'"))
    assert until(lambda: "default" in lab.on("right", "ip route show proto ospf"))


def test_a_vlan_reaches_its_gateway_and_snmp_answers_only_with_keys(lab: Lab) -> None:
    assert until(lambda: " 0% packet loss" in lab.terminal("ping", "-c1", "-W1", "10.20.1.1", check=False))
    name = lab.terminal("snmpget", "-v3", *KEYS, "10.255.1.1", "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.1.6.0")
    assert '"left"' in name
    assert "机房 #1" in name or "E6 9C BA" in name
    wrong = [word.replace("authauth1", "authauth2") for word in KEYS]
    assert "left" not in lab.terminal("snmpget", "-r0", "-v3", *wrong, "10.255.1.1", "1.3.6.1.2.1.1.5.0", check=False)


def test_the_tunnel_carries_what_only_the_default_route_would(lab: Lab) -> None:
    assert until(lambda: "ESTABLISHED" in lab.on("right", "swanctl --list-sas"), 20)
    assert " 0% packet loss" in lab.on("right", "ping -c1 -W2 -I 10.21.1.1 10.255.1.1")
    counters = lab.on("left", "ip -s link show ipsec0").split()
    assert counters.count("0") < 10
    lan = lab.on("right", "ip route get 10.21.1.77")
    assert "dev lan0" in lan


def test_the_lesser_router_takes_over_and_gives_back(lab: Lab) -> None:
    lab.on("left", "systemctl stop keepalived")
    assert until(lambda: "10.20.1.1/29" in lab.on("right", "ip -4 -o address show dev v101"))
    assert "keepalived.conf" in lab.difference("left", CONFIGS["left"])
    assert lab.difference("right", CONFIGS["right"]) == ""
    lab.apply("left", CONFIGS["left"])
    assert until(lambda: "10.20.1.1/29" not in lab.on("right", "ip -4 -o address show dev v101"))


BY_HAND = (
    ("ip address add 10.9.9.9/24 dev lan0", "- ip address 10.9.9.9/24"),
    ("ip address del 10.21.1.1/24 dev lan0", "+ ip address 10.21.1.1/24"),
    ("ip route add 10.77.0.0/16 via 10.254.0.1", "-ip route 10.77.0.0/16 10.254.0.1"),
    ("ip route add blackhole 10.78.0.0/16", "-ip route 10.78.0.0/16 blackhole"),
    ("ip route add 10.79.0.0/16 dev x0", "-ip route 10.79.0.0/16 x0"),
    ("ip rule add pref 100 to 10.3.3.3 lookup 50", "-ip rule 100: from all to 10.3.3.3"),
    ("ip route add 10.81.0.0/16 dev lan0 table 220", "-ip route 10.81.0.0/16 lan0"),
    ("ip route add 10.82.0.0/16 via 10.254.0.1 proto 4", "-ip route 10.82.0.0/16 10.254.0.1"),
    ("ip link add br7 type bridge && ip link set br7 up", "-interface br7"),
    ("ip link set lan0 down", "- shutdown"),
    ("ip link set stg0 up", "- no shutdown"),
    ("vtysh -c 'configure terminal' -c 'ip route 10.80.0.0/16 10.254.0.1'", "-ip route 10.80.0.0/16 10.254.0.1"),
    ("vtysh -c 'configure terminal' -c 'interface lan0' -c 'description x'", "- description x"),
    ("vtysh -c 'configure terminal' -c 'interface x0' -c 'ip ospf cost 7'", "- ip ospf cost 7"),
    ("vtysh -c 'configure terminal' -c 'router ospf' -c 'no timers throttle spf'", "+ timers throttle spf"),
    ("vtysh -c 'configure terminal' -c 'route-map x permit 10'", "-route-map x permit 10"),
    ("nft add rule inet countynet forward counter accept", "-\t\tcounter accept"),
    ("nft insert rule inet countynet input tcp dport 23 accept", "-\t\ttcp dport 23 accept"),
    ("nft add table ip mangle", "-table ip mangle"),
    ("nft flush chain inet countynet input", '+\t\tct state established,related counter accept comment "established"'),
    ("ovs-vsctl set port p0 trunks=1,101", "-port p0 trunk trunks=1,101"),
    ("ovs-vsctl clear port p0 trunks", "-port p0 trunk trunks=all"),
    ("ovs-vsctl add-port br0 spy tag=101 -- set interface spy type=internal", "-svi spy tag=101"),
    ("ovs-vsctl remove bridge br0 external_ids vlan-101", "+vlan 101 name=unit 一"),
    ("sysctl -q -w net.ipv4.ip_forward=0", "-net.ipv4.ip_forward = 0"),
    ("sysctl -q -w net.ipv4.conf.lan0.send_redirects=1", "-net.ipv4.conf.lan0.send_redirects = 1"),
    ("sysctl -q -w net.ipv4.conf.lan0.proxy_arp=1", "-net.ipv4.conf.lan0.proxy_arp = 1"),
    ("sysctl -q -w net.ipv4.conf.default.accept_redirects=1", "-net.ipv4.conf.default.accept_redirects = 1"),
    ("sysctl -q -w net.ipv4.tcp_syncookies=0", "-net.ipv4.tcp_syncookies = 0"),
    ("sed -i '/^Match/,$d' /etc/ssh/sshd_config.d/countynet.conf", "+Match User netadmin"),
    ("hostname wrong", "-wrong"),
    ("usermod -p secret factory", "-factory active"),
    ("useradd -M -p secret mallory", "-mallory active"),
    ("useradd -M -r -s /usr/sbin/nologin -p '$6$a$b' trent", "-trent active"),
    ("echo 'eve::500:0::/:/bin/sh' >>/etc/passwd; echo 'eve::1::::::' >>/etc/shadow", "-eve active"),
    ("echo 'ssh-ed25519 AAAA' >>/etc/countynet/authorized_keys/netadmin", "-ssh-ed25519 AAAA"),
    ("sed -i 's/MaxAuthTries.*/MaxAuthTries 9/' /etc/ssh/sshd_config.d/countynet.conf", "-MaxAuthTries 9"),
    ("ip rule del pref 200", "+    rule = ip rule add pref 200"),
    ("ip rule add pref 200 to 10.3.3.4 iif lan0 lookup 50", "-ip rule 200: from all to 10.3.3.4"),
    ("sed -i 's/^rouser.*/rouser countynet noauth/' /etc/snmp/snmpd.conf", "-rouser countynet noauth"),
    ("systemctl stop snmpd", "+rouser countynet priv"),
    ("systemctl stop chrony", "+server 10.20.1.6 iburst"),
)


@pytest.mark.parametrize(("command", "shown"), BY_HAND, ids=[command[:40] for command, _ in BY_HAND])
def test_what_somebody_did_by_hand_shows_and_is_undone(lab: Lab, command: str, shown: str) -> None:
    lab.on("right", command)
    config = CONFIGS["right"]
    assert until(lambda: shown in lab.difference("right", config), 5), lab.difference("right", config)
    lab.apply("right", CONFIGS["right"], close=True)
    assert lab.settled("right", CONFIGS["right"]) == ""


def test_a_device_takes_no_part_in_redirects_on_any_interface_and_lets_nobody_in_as_root(lab: Lab) -> None:
    of_all = "/proc/sys/net/ipv4/conf/*"
    told = lab.on("left", f"grep -H . {of_all}/send_redirects {of_all}/accept_redirects").splitlines()
    assert len(told) > 12
    assert [line for line in told if not line.endswith(":0")] == []
    as_root, as_netadmin = (
        lab.on("left", f"sshd -T -C user={name},host=h,addr=10.0.0.1 | grep -e ^permitroot -e ^loglevel").split()
        for name in ("root", "netadmin")
    )
    assert as_root == ["permitrootlogin", "no", "loglevel", "VERBOSE"]
    assert as_netadmin == ["permitrootlogin", "without-password", "loglevel", "VERBOSE"]


def test_a_change_of_filters_touches_nothing_else(lab: Lab) -> None:
    config = CONFIGS["left"]
    wider = config.model_copy(update={"filters": config.filters[:1]})
    assert lab.apply("left", wider).commands == ("nft -f /etc/nftables.conf", "rm -f /run/countynet.pending")
    assert lab.settled("left", wider) == ""
    lab.apply("left", config)
    assert lab.settled("left", config) == ""


def test_sections_come_and_go_with_their_daemons(lab: Lab) -> None:
    config = CONFIGS["left"]
    nothing = {"snmp": None, "lldp": None, "ntp_servers": (), "tunnels": (), "nat": (), "ospf": None}
    plain = tuple(i.model_copy(update={"ospf": None, "vrrp": ()}) for i in config.interfaces)
    less = config.model_copy(update=nothing | {"interfaces": plain})
    lab.apply("left", less)
    assert lab.settled("left", less) == ""
    processes = lab.on("left", "ps -e -o comm=").split()
    assert not {"snmpd", "lldpd", "chronyd", "charon-systemd", "ospfd", "keepalived"} & set(processes)
    assert {"zebra", "staticd", "rsyslogd", "sshd"} <= set(processes)
    lab.apply("left", config)
    assert lab.settled("left", config) == ""


def test_an_activation_that_broke_off_is_finished_by_the_next(lab: Lab) -> None:
    config = CONFIGS["left"]
    assert config.snmp
    user = config.snmp.users[0].model_copy(update={"priv_key": SecretStr("privpriv2")})
    changed = config.model_copy(update={"snmp": config.snmp.model_copy(update={"users": (user,)})})
    plan = linux.activation(lab.running("left"), linux.render(changed))
    for path, (_mode, content) in plan.files.items():
        lab.on("left", f"cat >{path} <<'END-OF-FILE'\n{content}END-OF-FILE\n")
    assert "snmpd.conf" in lab.difference("left", changed)
    lab.apply("left", changed)
    assert lab.settled("left", changed) == ""
    keys = [word.replace("privpriv1", "privpriv2") for word in KEYS]
    assert '"left"' in lab.terminal("snmpget", "-v3", *keys, "10.255.1.1", "1.3.6.1.2.1.1.5.0")
    lab.apply("left", config)


def test_fetching_is_cheap(lab: Lab) -> None:
    lab.on("right", f"cat >/tmp/fetch <<'END-OF-FILE'\n{linux.FETCH}END-OF-FILE\n")
    timed = lab.on("right", "bash -c 'sh /tmp/fetch >/dev/null; times'")
    children = [float(word.split("m")[1].rstrip("s")) for word in timed.split()[-2:]]
    assert sum(children) < 0.15
