"""What the plan asks of every device beyond what the county needs to work, and that nothing changes without it."""

from inventory.deviceconfig import DeviceConfig
from inventory.intent import intent
from inventory.intent.adapt import adapted
from inventory.intent.hardened import DROPPED, LOG_RATE
from inventory.model import County, Hardening
from inventory.platforms import access_lists, registry
from tests.unit.inventory.conftest import secrets
from tests.unit.inventory.mixed_county import mixed_county
from tests.unit.inventory.mixed_county import secrets as with_rsa

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
