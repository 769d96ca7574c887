"""Dumps of iptables: what they let through is what the kernel would, and what nobody understands is told both ways."""

import json
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from countynet.errors import BadInput
from topology.reach.iptables import behind, listed, report, saved
from topology.reach.iptables.cli import app
from topology.reach.iptables.compiled import Passing, Scene, passing
from topology.reach.iptables.rules import Action, Chain, Condition, Dump, Kind
from topology.reach.rights import rights
from topology.reach.space import Packet, Space

SPACE = Space()
TCP, UDP = 6, 17


def a_packet(source: str, target: str, port: int = 22, protocol: int = TCP, from_port: int = 10000) -> Packet:
    return Packet(IPv4Address(source), IPv4Address(target), protocol, port, from_port, echo=False, ack=False)


def let_through(rules: str, scene: Scene | None = None, chain: str = "FORWARD") -> Passing:
    return passing(SPACE, saved.read(rules), "filter", chain, SPACE.everything, scene)


def surely(found: Passing, packet: Packet) -> bool | None:
    """Return whether a packet passes, None if that is open."""
    one, other = SPACE.holds(found.perhaps, packet), SPACE.holds(found.surely, packet)
    assert one or not other
    return one if one == other else None


HEAD = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [12:345]\n:sub - [0:0]\n"


@pytest.mark.parametrize(
    ("rules", "passes"),
    [
        ("-A FORWARD -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT", True),
        ("-A FORWARD ! -s 10.0.0.0/8 -j ACCEPT", False),
        ("-A FORWARD -s ! 10.0.0.0/8 -j ACCEPT", False),
        ("-A FORWARD ! -p udp -j ACCEPT", True),
        ("-A FORWARD -p 6 -j ACCEPT", True),
        ("-A FORWARD -s 10.0.0.1/255.0.0.255 -j ACCEPT", True),
        ("-A FORWARD -s 10.0.0.2/255.0.0.255 -j ACCEPT", False),
        ("-A FORWARD -m iprange --src-range 10.0.0.1-10.0.0.9 -j ACCEPT", True),
        ("-A FORWARD -m iprange ! --dst-range 10.0.0.1-10.0.0.9 -j ACCEPT", True),
        ("-A FORWARD -p tcp -m multiport --dports 21:23,80 -j ACCEPT", True),
        ("-A FORWARD -p tcp -m multiport ! --dports 22,80 -j ACCEPT", False),
        ("-A FORWARD -p tcp -m multiport --ports 10000 -j ACCEPT", True),
        ("-A FORWARD -p tcp -m tcp --sport 1024: --dport :1023 -j ACCEPT", True),
        ("-A FORWARD -p tcp -m tcp --dport ssh -j ACCEPT", True),
        ("-A FORWARD -m state --state ESTABLISHED,RELATED -j ACCEPT", False),
        ("-A FORWARD -m conntrack --ctstate NEW -j ACCEPT", True),
        ("-A FORWARD -m conntrack ! --ctstate INVALID -j ACCEPT", True),
        ("-A FORWARD -m conntrack --ctstate DNAT -j ACCEPT", None),
        ("-A FORWARD -p tcp --syn -j ACCEPT", True),
        ("-A FORWARD -p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT", False),
        ("-A FORWARD -m limit --limit 1/sec -j ACCEPT", None),
        ("-A FORWARD -m mac ! --mac-source 00:11:22:33:44:55 -j ACCEPT", None),
        ('-A FORWARD -m comment --comment "it\'s -j DROP" -j ACCEPT', True),
        ('-A FORWARD -j LOG --log-prefix "-j ACCEPT "\n-A FORWARD -j ACCEPT', True),
        ("-A FORWARD -i eth0 -j ACCEPT", None),
        ("-A FORWARD -j NFQUEUE --queue-num 1", None),
        ("-A FORWARD -m limit --limit 1/sec -j DROP\n-A FORWARD -j ACCEPT", None),
        ("-A FORWARD -j sub\n-A FORWARD -j ACCEPT\n-A sub -s 10.0.0.1 -j RETURN\n-A sub -j DROP", True),
        ("-A FORWARD -g sub\n-A FORWARD -j ACCEPT\n-A sub -s 10.0.0.1 -j RETURN\n-A sub -j DROP", False),
        ("-A FORWARD -j sub\n-A sub -m limit --limit 1/sec -j RETURN\n-A sub -j ACCEPT", None),
        ("-A FORWARD -m limit --limit 1/sec -j sub\n-A FORWARD -j ACCEPT\n-A sub -j DROP", None),
        ("-A FORWARD -m limit --limit 1/sec -j sub\n-A FORWARD -j ACCEPT\n-A sub -j ACCEPT", True),
        ("[3:180] -A FORWARD -c 1 2 -j ACCEPT", True),
        ("-A FORWARD -p tcp -m tcp --dport 22 -m recent --update --seconds 60 ! --rsource -j ACCEPT", None),
        ("-A FORWARD -s 10.0.0.0/8,192.168.0.0/16 -j ACCEPT", True),
        ("", False),
    ],
)
def test_a_first_packet_passes_as_the_rules_say(rules: str, passes: bool | None) -> None:
    found = let_through(f"{HEAD}{rules}\nCOMMIT\n")
    assert surely(found, a_packet("10.0.0.1", "192.168.0.1")) is passes
    if passes is None:
        assert found.doubts or "-i" in rules or "DNAT" in rules


def test_the_output_of_iptables_s_reads_as_a_dump() -> None:
    found = let_through("-P FORWARD DROP\n-N sub\n-A FORWARD -j sub\n-A sub -s 10.0.0.0/8 -j ACCEPT\n")
    assert surely(found, a_packet("10.0.0.1", "192.168.0.1"))
    assert not surely(found, a_packet("11.0.0.1", "192.168.0.1"))


def test_an_interface_with_a_plus_means_any_ending() -> None:
    rules = f"{HEAD}-A FORWARD -i eth+ ! -o eth1 -j ACCEPT\n"
    packet = a_packet("10.0.0.1", "10.0.0.2")
    assert surely(let_through(rules, Scene(came_in="eth7", goes_out="eth0")), packet) is True
    assert surely(let_through(rules, Scene(came_in="ppp0", goes_out="eth0")), packet) is False
    assert surely(let_through(rules, Scene(came_in="eth7", goes_out="eth1")), packet) is False


NETS = {"a": (IPv4Network("10.0.0.0/8"),), "b": (IPv4Network("11.0.0.0/8"),)}


def test_sources_behind_an_interface_decide_only_where_no_two_interfaces_share_them() -> None:
    rules = f"{HEAD}-A FORWARD -i a -j DROP\n-A FORWARD -j ACCEPT\n"
    apart, shared = Scene(behind=NETS), Scene(behind=NETS | {"c": NETS["a"]})
    inside, outside = a_packet("10.0.0.1", "1.1.1.1"), a_packet("12.0.0.1", "1.1.1.1")
    assert surely(let_through(rules, apart), inside) is False
    assert surely(let_through(rules, shared), inside) is None
    assert surely(let_through(rules, shared), outside) is True


def test_addresses_behind_interfaces_are_read_with_exceptions_and_runs() -> None:
    found = behind.read("a = [10.0.0.5/8, 11.0.0.1-11.0.0.2] # two\nb = all_but_those_ips [\n 128.0.0.0/1 ]\n")
    assert found["a"] == (IPv4Network("10.0.0.0/8"), IPv4Network("11.0.0.1/32"), IPv4Network("11.0.0.2/32"))
    assert found["b"] == (IPv4Network("0.0.0.0/1"),)
    with pytest.raises(BadInput) as caught:
        behind.read("a = [10.0.0.0/8]\nb [10.0.0.0/8]\nc = [10.0.0.0/99]\n", "f")
    assert [p.line for p in caught.value.problems] == [2, 3]


@pytest.mark.parametrize(
    "text",
    [
        "*filter\n:FORWARD DROP\nnonsense\n",
        "*filter\n-A FORWARD -s\n",
        "*filter\n:FORWARD\n",
        "*filter\n-A FORWARD -j\n",
        '*filter\n-A FORWARD -m comment --comment "open\n',
        "*filter\n:FORWARD MAYBE [0:0]\n",
    ],
)
def test_half_a_dump_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        saved.read(text, "dump")
    assert caught.value.problems[0].file == "dump"
    assert caught.value.problems[0].line in (2, 3)


def test_chains_in_a_circle_and_chains_that_are_not_there_are_bad_input() -> None:
    with pytest.raises(BadInput):
        let_through(f"{HEAD}-A FORWARD -j sub\n-A sub -j sub\n")
    for chain in ("sub", "OUTPUT"):
        with pytest.raises(BadInput):
            let_through(HEAD, chain=chain)


LISTING = """Chain INPUT (policy DROP 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination
    8  2095 ACCEPT     all  --  lo     *       0.0.0.0/0  0.0.0.0/0
   12   10K            tcp  --  *      *       0.0.0.0/0  0.0.0.0/0
   18  1986 DROP       tcp  --  wlan0  *       0.0.0.0/0  0.0.0.0/0  tcp flags:!0x17/0x02 state NEW
    0     0 LOG        all  --  *      *       0.0.0.0/0  0.0.0.0/0  LOG flags 0 level 4 prefix "A B: "
    0     0 DROP       all  -f  *      *       0.0.0.0/0  0.0.0.0/0
    0     0 REJECT     tcp  --  *      *      !10.0.0.0/8  0.0.0.0/0  tcp dpt:113 reject-with tcp-reset
    0     0 more       tcp  --  !eth0  *       0.0.0.0/0  0.0.0.0/0  [goto] tcp spts:1024:65535 dpt:22
    0     0 ACCEPT     udp  --  *      *       0.0.0.0/0  0.0.0.0/0  multiport dports 53,123 /* x */
    0     0 ACCEPT     icmp --  *      *       0.0.0.0/0  0.0.0.0/0  icmptype 8 limit: avg 1/sec burst 5
    0     0 ACCEPT     tcp  --  *      *       0.0.0.0/0  0.0.0.0/0  source IP range 10.0.0.1-10.0.0.9

Chain more (1 references)
 pkts bytes target     prot opt in     out     source               destination
    0     0 ACCEPT     !udp --  *      *       10.0.0.0/8  0.0.0.0/0  ctstate RELATED,NEW tcp dpts:!1:21
"""


def test_a_listing_reads_as_the_dump_of_the_same_rules() -> None:
    rules = listed.read(LISTING).tables["filter"]["INPUT"].rules
    assert [r.action for r in rules] == [
        Action.ACCEPT, Action.NOTHING, Action.DROP, Action.NOTHING, Action.DROP, Action.DROP, Action.GOTO,
        Action.ACCEPT, Action.ACCEPT, Action.ACCEPT,
    ]  # fmt: skip
    assert Condition(Kind.FLAGS, runs=((0x17, 2),), negated=True) in rules[2].conditions
    assert Condition(Kind.CAME_IN, names=("eth0",), negated=True) in rules[6].conditions
    assert Condition(Kind.UNKNOWN, names=("limit: avg 1/sec burst 5",)) in rules[8].conditions
    found = passing(SPACE, listed.read(LISTING), "filter", "INPUT", SPACE.everything, Scene(came_in="eth1"))
    assert [text for _line, text in found.doubts] == ["opt -f", "limit: avg 1/sec burst 5"]
    assert surely(found, a_packet("10.0.0.1", "1.1.1.1", 22)) is None, "fragments are dropped before"
    assert surely(found, a_packet("11.0.0.1", "1.1.1.1", 113)) is False
    assert surely(found, a_packet("11.0.0.1", "1.1.1.1", 22)) is False, "goto does not come back"


RECORDED = [
    ("-p tcp -m tcp --dport 22", "6 -- * * 0.0.0.0/0 0.0.0.0/0 tcp dpt:22"),
    ("! -s 10.0.0.0/8 ! -d 11.0.0.1/32 ! -i eth0 ! -o eth+", "0 -- !eth0 !eth+ !10.0.0.0/8 !11.0.0.1"),
    ("! -p tcp", "!6 -- * * 0.0.0.0/0 0.0.0.0/0"),
    ("-p tcp -m tcp --sport 1024:65535 ! --dport 1:80", "6 -- * * 0.0.0.0/0 0.0.0.0/0 tcp spts:1024:65535 dpts:!1:80"),
    ("-p tcp -m tcp ! --sport 53 --dport 1024:65535", "6 -- * * 0.0.0.0/0 0.0.0.0/0 tcp spt:!53 dpts:1024:65535"),
    ("-p tcp -m multiport ! --sports 21,22", "6 -- * * 0.0.0.0/0 0.0.0.0/0 multiport sports  !21,22"),
    ("-p tcp -m multiport --ports 21,80:90", "6 -- * * 0.0.0.0/0 0.0.0.0/0 multiport ports 21,80:90"),
    ("-m iprange --src-range 1.1.1.1-1.1.1.2 ! --dst-range 10.0.0.1-10.0.0.9",
     "0 -- * * 0.0.0.0/0 0.0.0.0/0 source IP range 1.1.1.1-1.1.1.2 destination IP range ! 10.0.0.1-10.0.0.9"),
    ("-m conntrack ! --ctstate INVALID", "0 -- * * 0.0.0.0/0 0.0.0.0/0 ! ctstate INVALID"),
    ("-p tcp -m tcp ! --tcp-flags SYN,ACK SYN,ACK", "6 -- * * 0.0.0.0/0 0.0.0.0/0 tcp flags:!0x12/0x12"),
    ("-p icmp -m icmp ! --icmp-type 0", "1 -- * * 0.0.0.0/0 0.0.0.0/0 icmp !type 0"),
    ("-p icmp -m icmp --icmp-type 3/4", "1 -- * * 0.0.0.0/0 0.0.0.0/0 icmptype 3 code 4"),
    ('-p tcp -m comment --comment "a b" -m tcp --dport 99', "6 -- * * 0.0.0.0/0 0.0.0.0/0 /* a b */ tcp dpt:99"),
    ("-s 10.0.0.1/255.0.0.255", "0 -- * * 10.0.0.1/255.0.0.255 0.0.0.0/0"),
    ("-p sctp -m sctp --dport 50000", "132 -- * * 0.0.0.0/0 0.0.0.0/0 sctp dpt:50000"),
]  # fmt: skip
"""rules as iptables-save and as iptables -L -n -v of iptables 1.8.9 print them"""


@pytest.mark.parametrize(("kept", "printed"), RECORDED)
def test_both_ways_to_print_a_rule_read_as_the_same(kept: str, printed: str) -> None:
    heading = (
        "Chain FORWARD (policy DROP 0 packets, 0 bytes)\nnum pkts bytes target prot opt in out source destination\n"
    )
    (one,) = saved.read(f"*filter\n-A FORWARD {kept} -j ACCEPT\n").tables["filter"]["FORWARD"].rules
    (other,) = listed.read(f"{heading}1 0 0 ACCEPT {printed}\n").tables["filter"]["FORWARD"].rules
    assert set(one.conditions) == set(other.conditions)
    assert not [c for c in one.conditions if c.kind is Kind.UNKNOWN]


@pytest.mark.parametrize(
    "rest", ["/* a */ tcp dpt:1 */", "/* a */ tcp dpt:22 /* b */", 'STRING match  "tcp dpt:1" ALGO name bm TO 100']
)
def test_words_that_people_typed_are_never_taken_for_a_condition(rest: str) -> None:
    text = "Chain FORWARD (policy DROP)\npkts bytes target prot opt in out source destination\n"
    text += f"0 0 ACCEPT 6 -- * * 0.0.0.0/0 0.0.0.0/0 {rest}\n"
    found = passing(SPACE, listed.read(text), "filter", "FORWARD", SPACE.everything)
    assert surely(found, a_packet("10.0.0.1", "1.1.1.1")) is None


def test_a_listing_without_interfaces_leaves_every_rule_open() -> None:
    text = "Chain FORWARD (policy DROP)\ntarget     prot opt source               destination\n"
    text += "ACCEPT     all  --  0.0.0.0/0            0.0.0.0/0\n"
    found = passing(SPACE, listed.read(text), "filter", "FORWARD", SPACE.everything)
    assert surely(found, a_packet("10.0.0.1", "1.1.1.1")) is None
    assert len(found.doubts) == 1


def test_a_line_that_does_not_fit_a_listing_is_bad_input() -> None:
    with pytest.raises(BadInput) as caught:
        listed.read(LISTING + "what is this\n")
    assert caught.value.problems[0].line == len(LISTING.splitlines()) + 1


MANY = 15
"""examples in the gate; 5,000 were run by hand"""

# The kernel's way through chains, on one packet, with every unknown condition decided by a coin.

HOSTS = ("10.0.0.1", "10.0.0.2", "11.0.0.1")
CONDITIONS = [
    "-s 10.0.0.0/8", "! -s 10.0.0.1", "-d 10.0.0.2", "! -d 11.0.0.0/8", "-p tcp -m tcp --dport 22",
    "-p tcp ! --dport 1:80", "! -p udp", "-m limit --limit 1/s", "-m state --state NEW", "-m state --state ESTABLISHED",
    "",
]  # fmt: skip
lines = st.tuples(
    st.sampled_from(["FORWARD", "one", "two"]),
    st.lists(st.sampled_from(CONDITIONS), max_size=2, unique=True),
    st.sampled_from(["-j ACCEPT", "-j DROP", "-j RETURN", "-j one", "-j two", "-g two", "-j LOG", "-j NFQUEUE"]),
)


def _fits(one: Condition, packet: Packet, coin: bool) -> bool:
    if one.kind in (Kind.SOURCE, Kind.TARGET):
        address = int(packet.source if one.kind is Kind.SOURCE else packet.target)
        found = any(address & mask == value for value, mask in one.words)
    elif one.kind is Kind.STATE:
        found = "NEW" in one.names
    elif one.kind is Kind.UNKNOWN:
        return coin
    else:
        value = packet.protocol if one.kind is Kind.PROTOCOL else packet.port
        found = any(low <= value <= high for low, high in one.runs)
    return found is not one.negated


def _walk(chains: dict[str, Chain], name: str, packet: Packet, coins: Iterator[bool]) -> bool | None:
    """Return whether the kernel accepts it, None if the chain comes to its end."""
    for rule in chains[name].rules:
        if not all(_fits(c, packet, next(coins) if c.kind is Kind.UNKNOWN else False) for c in rule.conditions):
            continue
        if rule.action in (Action.ACCEPT, Action.DROP):
            return rule.action is Action.ACCEPT
        if rule.action is Action.RETURN:
            return None
        if rule.target == "NFQUEUE":
            return next(coins)
        if rule.action in (Action.JUMP, Action.GOTO):
            found = _walk(chains, rule.target, packet, coins)
            if found is not None or rule.action is Action.GOTO:
                return found
    return None


@given(st.lists(lines, max_size=7), st.booleans())
@settings(max_examples=MANY, deadline=None)
def test_sets_hold_whatever_the_kernel_may_decide(rules: list[tuple[str, list[str], str]], accepts: bool) -> None:
    order = {"FORWARD": 0, "one": 1, "two": 2}
    kept = [r for r in rules if order.get(r[2][3:], 9) > order[r[0]]]
    text = f"*filter\n:FORWARD {'ACCEPT' if accepts else 'DROP'} [0:0]\n:one - [0:0]\n:two - [0:0]\n"
    dump = saved.read(text + "\n".join(f"-A {c} {' '.join(some)} {go}" for c, some, go in kept))
    found = passing(SPACE, dump, "filter", "FORWARD", SPACE.everything)
    for source, target, port in product(HOSTS, HOSTS, (22, 80)):
        packet = a_packet(source, target, port)
        may = set()
        for coins in product((True, False), repeat=6):
            decided = _walk(dump.tables["filter"], "FORWARD", packet, iter([*coins, *[False] * 40]))
            may.add(accepts if decided is None else decided)
        assert SPACE.holds(found.perhaps, packet) or True not in may
        assert not SPACE.holds(found.surely, packet) or False not in may
        if not found.doubts:
            assert may == {SPACE.holds(found.perhaps, packet)} == {SPACE.holds(found.surely, packet)}


addresses = st.integers(0, 2**32 - 1).map(IPv4Address)
networks = st.tuples(addresses, st.integers(0, 32)).map(lambda n: IPv4Network(n, strict=False))


@given(st.lists(st.tuples(networks, networks, st.booleans()), max_size=5), st.lists(addresses, max_size=4))
@settings(max_examples=MANY, deadline=None)
def test_classes_part_all_addresses_and_say_of_each_pair_what_the_set_says(
    rules: list[tuple[IPv4Network, IPv4Network, bool]], some: list[IPv4Address]
) -> None:
    packets = SPACE.nothing
    for source, target, allows in rules:
        one = SPACE.sources([source]) & SPACE.targets([target])
        packets = packets | one if allows else packets & ~one
    found = rights(SPACE, packets)
    assert sum(high - low + 1 for spans in found.classes for low, high in spans) == 2**32
    some += [IPv4Address(spans[0][0]) for spans in found.classes]
    for one, other in product(some, some):
        holds = SPACE.holds(packets, Packet(one, other, TCP, 22, 1, echo=False, ack=False))
        assert ((found.of(one), found.of(other)) in found.edges) is holds
    rows = {n: (frozenset(b for a, b in found.edges if a == n), frozenset(a for a, b in found.edges if b == n))
            for n in range(len(found.classes))}  # fmt: skip
    assert len(set(rows.values())) == len(rows), "no two classes have the same rights"


def test_the_command_prints_matrices_and_ends_with_1_where_doubts_matter(tmp_path: Path) -> None:
    file = tmp_path / "dump"
    file.write_text(f"{HEAD}-A FORWARD -s 10.0.0.0/8 -p tcp --dport 22 -j ACCEPT\n")
    result = CliRunner().invoke(app, [str(file), "--json"])
    assert result.exit_code == 0
    ssh, web = json.loads(result.stdout)["matrices"]
    assert ssh["perhaps"]["classes"] == [["0.0.0.0-9.255.255.255", "11.0.0.0-255.255.255.255"], ["10.0.0.0/8"]]
    assert ssh["perhaps"]["allowed"] == [[1, 0], [1, 1]]
    assert web["perhaps"] == {"classes": [["0.0.0.0/0"]], "allowed": []}
    file.write_text(f"{HEAD}-A FORWARD -m limit --limit 1/s -j ACCEPT\n")
    assert CliRunner().invoke(app, [str(file)]).exit_code == 1


@pytest.mark.parametrize("text", ["tcp", "tcp/22,80:90", "udp/53", "icmp", "47"])
def test_services_are_read_by_protocol_and_ports(text: str) -> None:
    assert report.service(text).protocol in (1, 6, 17, 47)


@pytest.mark.parametrize("text", ["", "ssh", "tcp/", "tcp/x", "all", "300"])
def test_what_is_no_service_is_bad_input(text: str) -> None:
    with pytest.raises(BadInput):
        report.service(text)


def test_an_empty_dump_has_no_rules() -> None:
    assert Dump({}).rules == saved.read("# nothing\n").rules == 0
