"""What the plan asks of every device beyond what the county needs to work, and that nothing changes without it."""

import json
from pathlib import Path

import pytest
from pydantic import SecretStr

from audit.checks import BY_ID, run
from audit.facts import Facts
from audit.gather import known
from countynet.vocabulary import Verdict
from inventory import create, load_county, names
from inventory.deviceconfig import DeviceConfig, NtpKey
from inventory.example_mixed import mixed
from inventory.intent import intent
from inventory.intent.adapt import adapted
from inventory.intent.hardened import DROPPED, LOG_RATE
from inventory.model import County, Hardening
from inventory.platforms import access_lists, registry
from playbooks.servers.hosts import ansible_inventory, time_keys
from tests.unit.audit.facts_of import AT
from tests.unit.inventory.conftest import secrets
from tests.unit.inventory.mixed_county import example_files, mixed_county
from tests.unit.inventory.mixed_county import secrets as with_rsa

SECOND_RUNS = ("icmp-echo]\n    runs: [portal]", "icmp-echo, ntp, syslog]\n    runs: [portal, time, logs]")
SECOND_RULE = (
    "\npolicy:\n",
    "\npolicy:\n  - {id: devices-second, source: devices, target: 'host:srv-portal', services: [ntp, syslog], "
    "reason: 第二台时间和日志服务器, reason_en: The second server of time and logs}\n",
)
"""what names a second host for time and logs, and lets devices reach it"""
SWITCHES = ("agg-1", "agg-2", "sw-admin", "sw-dc")


def asking(county: County, told: Hardening) -> County:
    return county.model_copy(update={"plan": county.plan.model_copy(update={"hardening": told})})


def forwarding(config: DeviceConfig) -> list[str]:
    (found,) = (item for item in config.filters if item.hook == "forward")
    return [f"{rule.name} {rule.log} {rule.log_rate}" for rule in found.rules]


def test_a_plan_that_asks_for_nothing_changes_nothing(county: County) -> None:
    assert county.plan.hardening == Hardening()
    assert not any(rule.log_rate for c in intent(county, secrets).values() for f in c.filters for rule in f.rules)


def test_every_device_logs_what_it_does_not_forward_and_never_more_than_so_often(county: County) -> None:
    found = intent(asking(county, Hardening(log_drops=True)), secrets)
    for name in SWITCHES:
        assert forwarding(found[name]) == [f"{DROPPED} True {LOG_RATE}"], name
    for config in found.values():
        assert forwarding(config)[-1] == f"{DROPPED} True {LOG_RATE}"
        assert all(rule.log_rate == LOG_RATE for f in config.filters for rule in f.rules if rule.log)


def test_vendors_lists_end_with_a_drop_that_is_logged() -> None:
    county = asking(mixed_county(), Hardening(log_drops=True))
    chosen = {d.platform: d for d in county.devices if d.name in (*SWITCHES, "core-1")}
    told = adapted(county, with_rsa)
    assert {"huawei_vrp", "h3c_comware", "ruijie"} <= set(chosen)
    for platform, device in chosen.items():
        config = told[device.name]
        assert all(rules[-1].log for rules in access_lists.lists(config).values())
        functions = registry.platform(platform)
        text = functions.render(config)
        assert functions.parse(text).config == config
        assert functions.parse(text).unparsed == ()
        assert ("acl logging interval" in text) is (platform == "h3c_comware")


def test_time_servers_are_asked_with_a_key_of_the_kind_that_a_platform_has() -> None:
    county = asking(mixed_county(), Hardening(ntp_keys=True))
    told = adapted(county, with_rsa)
    secret = with_rsa(names.TIME_KEY)
    for platform, device in {d.platform: d for d in county.devices}.items():
        config, functions = told[device.name], registry.platform(platform)
        linux = platform == names.GENERIC
        wanted = (
            NtpKey(number=2, kind="SHA256", secret=secret) if linux else NtpKey(number=1, kind="MD5", secret=secret)
        )
        assert config.ntp_key == wanted, platform
        text = functions.render(config)
        assert functions.parse(text).config == config
        assert secret.get_secret_value() in text
        assert secret.get_secret_value() not in functions.mask(text)


def test_the_ends_of_a_transit_share_a_key_of_their_own_on_every_platform_and_nobody_else_has_one() -> None:
    county = asking(mixed_county(), Hardening(ospf_keys=True))
    told = adapted(county, with_rsa)
    keys: dict[str, set[str]] = {}
    for device in county.devices:
        config, functions = told[device.name], registry.platform(device.platform)
        held = [i for i in config.interfaces if i.ospf and i.ospf.key]
        assert held == [i for i in config.interfaces if i.ospf and not i.ospf.passive], device.name
        if not held:
            continue
        text = functions.render(config)
        assert functions.parse(text).config == config
        assert functions.parse(text).unparsed == ()
        for item in held:
            assert item.ospf
            assert item.ospf.key
            key = item.ospf.key.get_secret_value()
            assert key in text
            assert key not in functions.mask(text)
            keys.setdefault(key, set()).add(device.name)
    assert len(keys) == len(county.plan.transits)
    assert sorted(map(sorted, keys.values())) == sorted(sorted((t.a.node, t.b.node)) for t in county.plan.transits)
    assert len({county.device_by_name[n].platform for found in keys.values() for n in found}) > 2


LINES = {
    "huawei_vrp": ("ntp-service authentication enable", "ntp-service reliable authentication-keyid 1",
                   "ntp-service authentication-keyid 1 authentication-mode md5 cipher abcdefgh"),
    "cisco_ios": ("ntp authenticate", "ntp trusted-key 1", "ntp authentication-key 1 md5 0822455D0A16 7"),
}  # fmt: skip
SERVERS = {
    "huawei_vrp": (
        "ntp-service unicast-server 10.1.0.10 authentication-keyid 1",
        "ntp-service unicast-server 10.1.0.9",
    ),
    "cisco_ios": ("ntp server 10.1.0.10 key 1", "ntp server 10.1.0.9"),
}


@pytest.mark.parametrize("platform", LINES)
def test_a_key_that_is_not_whole_is_not_understood(platform: str) -> None:
    head, (keyed, plain), parse = LINES[platform], SERVERS[platform], registry.platform(platform).parse

    def left(*lines: str) -> set[str]:
        found = parse("".join(f"{line}\n" for line in ("hostname a", *lines)))
        assert (found.config.ntp_key is not None) is (set(lines) == {*head, keyed})
        return {line.text for line in found.unparsed} & set(lines)

    assert left(*head, keyed) == set()
    for missing in head:
        rest = [line for line in head if line != missing]
        assert left(*rest, keyed) == {*rest, keyed}
    assert left(*head, keyed, plain) == {*head, keyed}
    assert left(*head) == set(head)


def test_the_vault_gets_the_key_where_the_plan_asks_for_it(county: County) -> None:
    assert names.TIME_KEY not in set(create._needed(county))
    assert names.TIME_KEY in set(create._needed(asking(county, Hardening(ntp_keys=True))))
    needed = set(create._needed(asking(county, Hardening(ospf_keys=True)))) - set(create._needed(county))
    assert needed == {f"ospf/{transit.prefix.network_address}" for transit in county.plan.transits}


def test_the_time_servers_are_told_both_kinds_and_nothing_without_the_plan(county: County) -> None:
    asked = asking(county, Hardening(ntp_keys=True))
    secret = secrets(names.TIME_KEY).get_secret_value()
    assert time_keys(county, secrets) == {"time_keys": []}
    assert time_keys(asked, secrets) == {"time_keys": [f"1 MD5 ASCII:{secret}", f"2 SHA256 ASCII:{secret}"]}
    assert secret not in json.dumps(ansible_inventory(asked))


def test_two_servers_of_time_and_logs_are_told_to_devices_of_every_maker_and_pass(tmp_path: Path) -> None:
    for name, text in mixed(example_files()).items():
        (tmp_path / name).write_text(text.replace(*SECOND_RUNS).replace(*SECOND_RULE), encoding="utf-8")
    county = load_county(tmp_path)
    told = adapted(county, with_rsa)
    chosen = {d.platform: d for d in county.devices}.values()
    texts = {d: SecretStr(registry.platform(d.platform).render(told[d.name])) for d in chosen}
    held = {d.name: known(d, told[d.name], text) for d, text in texts.items()}
    for check in ("ntp-two", "syslog-two", "time-servers"):
        points = run(BY_ID[check], Facts(county, AT, held)).points
        assert {p.subject: p.verdict for p in points} == dict.fromkeys(held, Verdict.PASS), check
