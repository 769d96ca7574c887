"""What devices printed of themselves (`recorded/`, two real daemonfuls of the factory image) in render's words."""

from pathlib import Path

import pytest

from countynet.errors import CountyError
from inventory.platforms import linux
from inventory.platforms.linux import frr_live, nft_live, nftables, sysctl
from inventory.platforms.linux.text import File, join, split

RECORDED = Path(__file__).parent / "recorded"
ZEBRA, NFT = "/etc/frr/zebra.conf", "/etc/nftables.conf"


def _read(name: str) -> str:
    return (RECORDED / f"{name}.txt").read_text(encoding="utf-8")


def _changed(before: str, after: str) -> str:
    """Return what left would have printed had its live state been another; the files come first and stay."""
    files, head, live = _read("left").partition("#### live:")
    assert before in live
    return linux.normalise(files + head + live.replace(before, after, 1))


def test_an_untouched_device_reads_as_rendered() -> None:
    running = linux.normalise(_read("left"))
    parsed = linux.parse(running)
    assert parsed.unparsed == ()
    assert linux.render(parsed.config) == running
    assert linux.diff(running, linux.render(parsed.config)) == ""


def test_normalising_survives_a_terminal_with_carriage_returns() -> None:
    recorded = _read("left")
    assert linux.normalise(recorded.replace("\n", "\r\n")) == linux.normalise(recorded)


def test_a_staged_device_differs_in_its_staging_port_alone() -> None:
    running = linux.normalise(_read("right-staged"))
    block = running.split("interface stg0\n")[1].split("exit")[0]
    assert block == " description staging\n no shutdown\n ip address 172.31.0.12/24\n"
    closed = running.replace("interface stg0\n" + block, "interface stg0\n description staging\n shutdown\n")
    assert linux.is_staged(running, closed)
    assert not linux.is_staged(closed, closed)
    plan = linux.activation(running, closed)
    assert plan.commands == (f"rm -f {next(iter(plan.files))}",)
    assert "systemctl reload ssh" in plan.closing
    assert "shutdown" in plan.closing[-1]


def test_a_bare_device_shows_its_factory_state_and_nothing_else() -> None:
    running = linux.normalise(_read("bare"))
    assert list(split(running)) == [
        "/etc/hostname",
        ZEBRA,
        NFT,
        "/etc/countynet/accounts",
        "/etc/countynet/authorized_keys/netadmin",
    ]
    assert "factory active" in running
    assert "interface stg0" in running
    assert linux.parse(running).config.hostname == "left"


def test_an_answer_cut_short_is_no_configuration() -> None:
    with pytest.raises(CountyError):
        linux.normalise(_read("left")[:-40])


def test_a_file_whose_daemon_was_not_told_does_not_count_as_running() -> None:
    fetched = _read("left").replace(
        "#### live:end 0000", "#### live:pending 0000\n/etc/snmp/snmpd.conf\n/etc/nftables.conf\n#### live:end 0000"
    )
    running = split(linux.normalise(fetched))
    assert "/etc/snmp/snmpd.conf" not in running
    assert NFT in running, "its state is read from the kernel, whatever was written"


SWITCHED_ON = "net.ipv4.conf.x0.send_redirects = 1"


def test_an_interface_that_sends_redirects_is_named_where_the_file_says_that_none_shall() -> None:
    running = _changed("#### live:accounts", f"{SWITCHED_ON}\n#### live:accounts")
    assert SWITCHED_ON in running.splitlines()
    assert [line.text for line in linux.parse(running).unparsed] == [SWITCHED_ON]
    plan = linux.activation(running, linux.normalise(_read("left")))
    assert plan.commands == ("sysctl -q -p /etc/sysctl.d/90-countynet.conf", "rm -f /run/countynet.pending")


def test_an_earlier_versions_kernel_settings_read_as_they_did() -> None:
    """It said nothing of redirects by interface, so what its interfaces do is no line of anybody's."""
    files, head, live = _read("left").partition("#### live:")
    path = "/etc/sysctl.d/90-countynet.conf"
    parts = split(files)
    parts[path] = File(parts[path].mode, sysctl.earlier(parts[path].lines))
    recorded = join(parts) + head + live.replace("#### live:accounts", f"{SWITCHED_ON}\n#### live:accounts", 1)
    parsed = linux.parse(linux.normalise(recorded))
    assert parsed.unparsed == ()
    assert parsed.config == linux.parse(linux.normalise(_read("left"))).config


LOOKUP = "32766:\tfrom all lookup 254"


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        (LOOKUP, f"99:\tfrom all lookup 50\n{LOOKUP}", "ip rule 99: from all lookup 50"),
        (LOOKUP, f"10.66.0.0/16 via 10.254.0.2 dev x0 \n{LOOKUP}", "ip route 10.66.0.0/16 10.254.0.2"),
        (LOOKUP, f"10.66.0.1 via 10.254.0.2 dev x0 proto 4 \n{LOOKUP}", "ip route 10.66.0.1/32 10.254.0.2"),
        (LOOKUP, f"6 10.66.0.0/16\n{LOOKUP}", "ip route 10.66.0.0/16 blackhole"),
        (LOOKUP, f"7 default\n{LOOKUP}", "ip route 0.0.0.0/0 unreachable"),
        ('"p0",["set",[]],101,"trunk"', '"p0",["set",[]],["set",[]],"trunk"', "port p0 trunk trunks=all"),
        (" ip ospf cost 10", " ip ospf cost 10\n ip ospf bfd", " ip ospf bfd"),
        ("router ospf\n", "router bgp 65000\n neighbor 10.0.0.1 remote-as 5\nexit\nrouter ospf\n", "router bgp 65000"),
        ("netadmin active", "netadmin active\nmallory active", "mallory active"),
    ],
)
def test_foreign_state_stays_visible(before: str, after: str, line: str) -> None:
    assert line in _changed(before, after).splitlines()


@pytest.mark.parametrize(
    "rule",
    [
        "tcp dport 23 accept",
        'iifname "x0" counter accept comment "with space"',
        'ip6 saddr @evil counter accept comment "six"',
        'ip saddr 10.0.0.0/8 ip6 saddr fe80::/10 counter accept comment "both"',
        'icmpv6 type 8 counter accept comment "not-its-echo"',
        'icmpv6 type nd-router-advert counter accept comment "one-of-discovery"',
        'ip saddr @evil counter accept comment "set"',
        'ct state new counter accept comment "new"',
        'udp sport 53 tcp dport 53 counter accept comment "source-port"',
        "jump elsewhere",
        'tcp flags syn counter accept comment "flags"',
        'ip saddr 10.0.0.0/8 ip saddr 10.1.0.0/16 counter accept comment "twice"',
        'iifname != "x0" counter accept comment "negated"',
        'tcp dport 1-65535 counter accept comment "range"',
        'counter log prefix "x" accept comment "log-after"',
    ],
)
def test_a_rule_outside_the_grammar_is_unparsed(rule: str) -> None:
    running = _changed("policy drop;\n", f"policy drop;\n\t\t{rule}\n")
    assert f"\t\t{rule}" in running
    assert [found.text for found in linux.parse(running).unparsed] == [rule]


@pytest.mark.parametrize("swap", [("policy drop;", "policy accept;"), ("hook forward", "hook forward device x")])
def test_a_changed_chain_is_seen(swap: tuple[str, str]) -> None:
    right = linux.normalise(_read("left"))
    wrong = _changed(*swap)
    assert wrong != right
    parsed = linux.parse(wrong)
    assert parsed.unparsed or parsed.config != linux.parse(right).config


def test_the_kernels_merged_prefixes_read_as_written() -> None:
    assert "10.20.0.0/23" in _read("left")
    assert "10.20.0.0/23" not in linux.normalise(_read("left"))
    assert "10.20.0.0/22" in _changed("10.20.0.0/23", "10.20.0.0/22")


def test_a_rule_that_logs_so_often_reads_as_written_by_any_nft() -> None:
    two = '{match}limit rate 9/second {burst}log prefix "countynet drop x: "\n\t\t{match}counter drop comment "x"'
    text = "{head}\ntable inet countynet {{\n\tchain input {{\n\t\t{base}\n\t\t{two}\n\t}}\n}}"
    base = "type filter hook input priority filter; policy drop;"
    saved = two.format(match="ip saddr { 10.0.0.0/9, 10.128.0.0/9 } ", burst="")
    live = two.format(match="ip saddr 10.0.0.0/8 ", burst="burst 5 packets ")
    written = text.format(head="\n".join(nftables.HEAD), base=base, two=saved).splitlines()
    running = text.format(head="", base=base, two=live).splitlines()
    found = nft_live.normalise(running, File("0644", tuple(written)))
    assert found == File("0644", tuple(written))
    config = linux.parse(join({NFT: found})).config
    (rule,) = config.filters[0].rules
    assert (rule.log, rule.log_rate, rule.name) == (True, 9, "x")


def test_a_line_that_logs_without_the_one_that_decides_is_unparsed() -> None:
    logs, other = 'limit rate 9/second log prefix "countynet drop x: "', 'counter drop comment "y"'
    for rules in ([logs], [logs, other], [logs, logs, 'counter drop comment "x"']):
        text = ["table inet countynet {", "chain input {", nftables.filter_base("input", "drop"), *rules, "}", "}"]
        parsed = linux.parse(join({NFT: File("0644", (*nftables.HEAD, *text))}))
        assert [line.text for line in parsed.unparsed if line.section == NFT] == [logs]


_KERNEL6 = """#### live:kernel6 0000
1: lo    inet6 ::1/128 scope 254 \\       valid_lft forever preferred_lft forever
3: x-fw1    inet6 2001:db8:5::1/64 scope 0 tentative \\       valid_lft forever preferred_lft forever
3: x-fw1    inet6 2001:db8:bad::1/64 scope 0 \\       valid_lft forever preferred_lft forever
3: x-fw1    inet6 2001:db8:9::ab/64 scope 0 dynamic mngtmpaddr \\       valid_lft 100sec preferred_lft 90sec
3: x-fw1    inet6 fe80::40b0:8fff:fe0b:2ecd/64 scope 253 \\       valid_lft forever preferred_lft forever
2001:db8:5::/64 dev x-fw1 proto 2 metric 256 pref medium
2001:db8:7::/48 via 2001:db8:5::9 dev x-fw1 metric 1024 pref medium
6 2001:db8:6::/48 dev lo metric 1024 pref medium
default via fe80::1 dev x-fw1 proto 196 metric 1024 pref medium
default via fe80::2 dev x-fw1 proto 9 metric 1024 expires 1790sec pref medium
"""


def test_addresses_and_routes_of_ipv6_that_somebody_added_past_frr_show() -> None:
    read = frr_live.Kernel(links={"x-fw1": True})
    frr_live.kernel6(_KERNEL6.splitlines()[1:], read)
    assert read.addresses6 == {"x-fw1": {"2001:db8:5::1/64", "2001:db8:bad::1/64"}}
    assert read.routes == [
        "ipv6 route 2001:db8:7::/48 2001:db8:5::9 x-fw1",
        "ipv6 route 2001:db8:6::/48 blackhole",
    ]
    files = frr_live.normalise(["interface x-fw1", " ipv6 address 2001:db8:4::1/64"], [], read, (), ())
    (shown,) = [files[path] for path in files if path.endswith("zebra.conf")]
    assert " ipv6 address 2001:db8:bad::1/64" in shown
    assert not any("2001:db8:4::1" in line for line in shown), "FRR was told it, the kernel does not have it"
