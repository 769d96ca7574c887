"""Every check passes on a right county, and each fails, naming the device, when the one thing it watches is wrong."""

import re
from dataclasses import replace
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from audit.catalogue import markdown
from audit.checks import ALL, BY_ID, EVERY, run
from audit.clauses import CLAUSES
from audit.facts import Facts, Logs, SshAnswer
from audit.gather import known
from audit.model import Result, judge
from countynet.vocabulary import Verdict
from inventory.deviceconfig import DeviceConfig, FilterRule, Interface, PacketFilter, Snmp, Ssh, User
from inventory.platforms import linux
from tests.unit.audit.facts_of import COUNTY, NAMES, device, devices, good, isolation, live, wanted, with_device
from topology.confirm.report import Deviation

LEAK = Deviation(source="pc-001", target="pc-002", address="10.21.2.10", service="udp", expected=False,
                 seen_at_source=False, seen_at_target=True)  # fmt: skip


def result(check: str, facts: Facts) -> Result:
    return run(BY_ID[check], facts)


def failing(check: str, facts: Facts) -> set[str]:
    found = result(check, facts)
    assert found.verdict is Verdict.FAIL, found.points
    return {p.subject for p in found.of(Verdict.FAIL)}


def edit(config: DeviceConfig, **fields: Any) -> DeviceConfig:
    return DeviceConfig.model_validate(config.model_dump() | fields)


def edit_filter(hook: str, change: Any) -> Any:
    def apply(config: DeviceConfig) -> DeviceConfig:
        return edit(config, filters=[change(f) if f.hook == hook else f for f in config.filters])

    return apply


def without(*names: str) -> Any:
    return lambda f: f.model_copy(update={"rules": tuple(r for r in f.rules if r.name not in names)})


def with_first(rule: FilterRule) -> Any:
    return lambda f: f.model_copy(update={"rules": (rule, *f.rules)})


def edit_interface(name: str, **fields: Any) -> Any:
    def apply(config: DeviceConfig) -> DeviceConfig:
        return edit(
            config, interfaces=[i.model_copy(update=fields) if i.name == name else i for i in config.interfaces]
        )

    return apply


@pytest.mark.parametrize("check", ALL, ids=lambda c: c.info.id)
def test_a_right_county_passes(check: Any) -> None:
    found = run(check, good())
    assert found.verdict is Verdict.PASS, [p for p in found.points if p.verdict is not Verdict.PASS]


def test_each_check_has_an_id_of_its_own_and_known_clauses() -> None:
    assert len({c.info.id for c in EVERY}) == len(EVERY)
    for check in EVERY:
        assert set(check.info.clauses) <= CLAUSES.keys()
        assert check.info.clauses


def test_the_document_explains_every_check_and_its_clauses() -> None:
    text = (Path(__file__).parents[3] / "docs" / "audit.md").read_text()
    table = text.partition("\n## Checks\n")[2].partition("\n## ")[0]
    rows = {line.split("`")[1]: line for line in table.splitlines() if line.startswith("| `")}
    assert rows.keys() == {check.info.id for check in ALL}
    for name, row in rows.items():
        assert {c.split()[0] for c in BY_ID[name].info.clauses} == set(re.findall(r"8(?:\.\d+){2,3}", row)), name


def test_the_generated_catalogue_is_of_today() -> None:
    assert (Path(__file__).parents[3] / "docs" / "checks.md").read_text() == markdown()


NAKED = DeviceConfig(hostname="cpe-001")
OPEN_UNITS = FilterRule.model_validate({"action": "accept", "name": "hole", "sources": ("10.21.0.0/16",)})

BROKEN = {
    "default-deny": edit_filter("input", lambda f: f.model_copy(update={"default": "accept"})),
    "unit-to-unit-denied": edit_filter("forward", with_first(OPEN_UNITS)),
    "stateful-filters": edit_filter("forward", without("established")),
    "no-useless-rules": edit_filter("forward", lambda f: f.model_copy(update={"rules": (*f.rules, f.rules[-1])})),
    "management-access": edit_filter(
        "input", with_first(FilterRule(action="accept", name="hole", protocol="tcp", ports=(22,)))
    ),
    "snmp-v3": lambda c: edit(c, snmp=Snmp(listen="0.0.0.0", users=c.snmp.users)),
    "ssh-settings": lambda c: edit(c, ssh=Ssh(password_login=True)),
    "staging-shut": edit_interface("stg0", enabled=True),
    "default-accounts": lambda c: edit(c, users=[u.model_copy(update={"locked": False}) for u in c.users]),
    "surplus-accounts": lambda c: edit(c, users=[*c.users, User(name="zhang")]),
    "idle-ports": edit_interface("lan1", enabled=True),
    "lldp-inside": lambda c: edit(c, lldp={"ports": ("lan0",), "management": "10.255.16.25"}),
    "syslog": lambda c: edit(c, syslog_servers=("10.21.1.10",)),
    "time-servers": lambda c: edit(c, ntp_servers=()),
    "ipsec-strong": lambda c: edit(
        c, tunnels=[t.model_copy(update={"esp_proposal": "3des-sha1-modp1024"}) for t in c.tunnels]
    ),
    "no-drift": lambda c: edit(c, banner="hello"),
}


@pytest.mark.parametrize("check", BROKEN)
def test_one_broken_device_is_named_and_no_other(check: str) -> None:
    assert failing(check, with_device("cpe-025", BROKEN[check])) == {"cpe-025"}


@pytest.mark.parametrize("check", sorted(BROKEN.keys() - {"no-drift"}))
def test_a_failure_or_pass_cites_lines_of_the_configuration(check: str) -> None:
    found = result(check, good())
    cited = [p for p in found.points if p.lines]
    assert cited or check in ("snmp-v3",), check
    for point in cited:
        text = devices()[point.subject].text
        for line in point.lines:
            assert line.text in text
            assert point.config_sha256 == devices()[point.subject].sha256


def test_the_line_number_is_the_one_in_the_file() -> None:
    point = next(p for p in result("ssh-settings", good()).points if p.lines)
    text = linux.render(wanted()[point.subject])
    section = text.split(f"#### {point.lines[0].section} ", 1)[1].splitlines()[1:]
    assert section[point.lines[0].line - 1] == point.lines[0].text


def test_no_secret_is_cited() -> None:
    facts = good()
    shown = "".join(run(check, facts).model_dump_json() for check in ALL)
    assert "secret-of-" not in shown


def unfetched(name: str) -> Facts:
    held = replace(devices()[name], config=None, text="", sha256="", drift=None)
    return good(devices=devices() | {name: held})


@pytest.mark.parametrize("check", BROKEN)
def test_a_device_never_fetched_is_unknown_and_not_a_pass(check: str) -> None:
    found = result(check, unfetched("cpe-025"))
    assert found.verdict is Verdict.UNKNOWN
    assert "cpe-025" in {p.subject for p in found.of(Verdict.UNKNOWN)}


def test_a_device_with_a_line_nobody_understands_is_unknown_and_says_which() -> None:
    text = linux.render(wanted()["cpe-025"]).replace("MaxAuthTries 3", "MaxAuthTries 3\nPermitTunnel yes")
    held = known(COUNTY.device_by_name["cpe-025"], wanted()["cpe-025"], SecretStr(text))
    found = result("ssh-settings", good(devices=devices() | {"cpe-025": held}))
    assert found.verdict is Verdict.UNKNOWN
    assert "PermitTunnel" in found.of(Verdict.UNKNOWN)[0].values["line"]


def test_the_secrets_of_an_ununderstood_line_are_struck_out() -> None:
    text = linux.render(wanted()["cpe-025"]).replace("rouser countynet priv", 'createUser x MD5 "hunter2hunter2" DES')
    held = known(COUNTY.device_by_name["cpe-025"], wanted()["cpe-025"], SecretStr(text))
    assert "hunter2" not in str(held)


def test_a_leak_fails_isolation_and_names_both_ends() -> None:
    found = result("isolation-live", good(isolation=isolation(LEAK)))
    assert found.verdict is Verdict.FAIL
    assert found.of(Verdict.FAIL)[0].values["target"] == "pc-002"


def test_a_forged_leak_fails_its_own_check_only() -> None:
    facts = good(isolation=isolation(LEAK.model_copy(update={"claimed": "10.21.9.10"})))
    assert failing("forged-source-live", facts) == {"pc-001"}
    assert result("isolation-live", facts).verdict is Verdict.PASS


def test_isolation_that_was_not_tested_or_lost_its_packets_is_unknown() -> None:
    assert result("isolation-live", good(isolation=None)).verdict is Verdict.UNKNOWN
    assert result("isolation-live", good(isolation=isolation(lost=0.5))).verdict is Verdict.UNKNOWN
    assert result("management-access", good(isolation=None)).verdict is Verdict.UNKNOWN


def test_a_unit_that_reaches_a_device_on_the_wire_fails_management_access() -> None:
    assert failing("management-access", good(isolation=isolation(seen_at_devices=3))) == {"county"}


LIVE: dict[str, dict[str, dict[str, Any]]] = {
    "snmp-community": {"snmp_v2": {"agg-1": ("public",)}},
    "clear-text-closed": {"open_ports": {"agg-1": (23,)}},
    "staging-shut": {"staging": {"agg-1": True}},
    "default-login-live": {"ssh": {"agg-1": SshAnswer("SSH-2.0-x", ("password",), True)}},
    "ssh-settings": {"ssh": {"agg-1": SshAnswer("SSH-2.0-x", ("password", "publickey"), False)}},
}


@pytest.mark.parametrize("check", LIVE)
def test_one_device_that_answers_live_what_it_should_not(check: str) -> None:
    ((field, answers),) = LIVE[check].items()
    right = live()
    assert failing(check, good(live=replace(right, **{field: getattr(right, field) | answers}))) == {"agg-1"}


@pytest.mark.parametrize("check", LIVE)
def test_a_device_that_was_not_asked_is_unknown(check: str) -> None:
    ((field, _answers),) = LIVE[check].items()
    right = live()
    kept: Any = {n: v for n, v in getattr(right, field).items() if n != "agg-1"}
    assert result(check, good(live=replace(right, **{field: kept}))).verdict is Verdict.UNKNOWN
    assert result(check, good(live=None)).verdict is Verdict.UNKNOWN


def test_silence_of_an_agent_that_is_off_is_no_pass() -> None:
    right = live()
    found = result("snmp-community", good(live=replace(right, snmp_v3=right.snmp_v3 | {"fw-1": False})))
    assert [p.subject for p in found.of(Verdict.UNKNOWN)] == ["fw-1"]


def test_a_device_without_a_line_at_the_log_server_fails() -> None:
    held = good().logs
    assert held is not None
    assert held.last is not None
    last = {n: v for n, v in held.last.items() if n != "core-2"}
    assert failing("syslog", good(logs=Logs(held.server, last))) == {"core-2"}
    assert result("syslog", good(logs=Logs(held.server, None, "refused"))).verdict is Verdict.UNKNOWN


def test_a_broken_event_chain_fails() -> None:
    assert failing("event-chain", good(chain_breaks=("event 7 was altered",))) == {"countynet"}
    assert result("event-chain", good(chain_breaks=None)).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("name", ["core-1", "vpn-hub"])
def test_the_center_must_block_units_by_itself(name: str) -> None:
    facts = with_device(name, edit_filter("forward", with_first(OPEN_UNITS)))
    assert failing("unit-to-unit-denied", facts) == {name}


def test_a_hub_without_its_first_rule_still_has_the_second() -> None:
    facts = with_device("vpn-hub", edit_filter("forward", without("tunnel-to-tunnel")))
    assert result("unit-to-unit-denied", facts).verdict is Verdict.PASS


@pytest.mark.parametrize(("name", "field"), [("vpn-hub", "remote_prefixes"), ("cpe-025", "local_prefixes")])
def test_a_tunnel_that_carries_anything_but_its_unit_fails(name: str, field: str) -> None:
    def widen(config: DeviceConfig) -> DeviceConfig:
        lans = (IPv4Network("10.21.0.0/16"),)
        return edit(config, tunnels=[t.model_copy(update={field: lans}) for t in config.tunnels])

    assert failing("ipsec-strong", with_device(name, widen)) == {name}


def test_a_lonely_gateway_fails() -> None:
    def lonely(config: DeviceConfig) -> DeviceConfig:
        return edit(config, interfaces=[i.model_copy(update={"vrrp": ()}) for i in config.interfaces])

    assert result("gateways-redundant", with_device("core-2", lonely)).verdict is Verdict.FAIL


def test_two_masters_of_equal_priority_fail() -> None:
    def equal(config: DeviceConfig) -> DeviceConfig:
        return edit(config, interfaces=[
            i.model_copy(update={"vrrp": tuple(v.model_copy(update={"priority": 150}) for v in i.vrrp)})
            for i in config.interfaces
        ])  # fmt: skip

    assert result("gateways-redundant", with_device("core-2", equal)).verdict is Verdict.FAIL


def test_a_device_that_says_nothing_fails_what_it_lacks() -> None:
    text = linux.render(NAKED)
    held = known(COUNTY.device_by_name["cpe-001"], wanted()["cpe-001"], SecretStr(text))
    facts = good(devices=devices() | {"cpe-001": held})
    for check in ("default-deny", "snmp-v3", "syslog", "time-servers", "idle-ports", "staging-shut", "no-drift"):
        assert failing(check, facts) == {"cpe-001"}, check


def test_a_port_that_is_on_and_in_no_inventory_fails() -> None:
    extra = Interface(name="usb0")
    facts = with_device("sw-admin", lambda c: edit(c, interfaces=[*c.interfaces, extra]))
    assert failing("idle-ports", facts) == {"sw-admin"}


def test_a_default_of_accept_on_a_switch_without_forwarding_fails_too() -> None:
    facts = with_device("sw-dc", lambda c: edit(c, filters=[PacketFilter(hook="input", default="accept")]))
    assert failing("default-deny", facts) == {"sw-dc"}


def test_nothing_decided_is_unknown() -> None:
    assert judge(()) is Verdict.UNKNOWN
    assert set(NAMES) == set(devices())
    assert device("fw-1").drift == ""
