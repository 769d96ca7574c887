"""The law: what is rendered is read back whole, and nothing is unparsed."""

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.deviceconfig import DeviceConfig
from inventory.platforms import huawei_vrp
from tests.unit.inventory.platforms.huawei_vrp.strategies import configs
from tests.unit.inventory.platforms.strategies import keys_hidden

SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(configs())
def test_what_is_rendered_is_read_back(config: DeviceConfig) -> None:
    parsed = huawei_vrp.parse(huawei_vrp.render(config))
    assert parsed.unparsed == ()
    assert parsed.config == config


@settings(max_examples=20, deadline=None, suppress_health_check=SLOW)
@given(configs(), st.randoms(use_true_random=False))
def test_the_order_of_the_blocks_does_not_matter(config: DeviceConfig, random: Random) -> None:
    blocks = huawei_vrp.render(config).removesuffix("#\nreturn\n").split("\n#\n")
    random.shuffle(blocks)
    parsed = huawei_vrp.parse("\n#\n#\n".join(blocks))
    assert parsed.unparsed == ()
    assert parsed.config == config


@settings(max_examples=20, deadline=None, suppress_health_check=SLOW)
@given(configs())
def test_a_masked_text_tells_all_but_the_secrets(config: DeviceConfig) -> None:
    text = huawei_vrp.render(config)
    masked = huawei_vrp.mask(text)
    assert huawei_vrp.mask(masked) == masked
    assert huawei_vrp.parse(masked).config.interfaces == keys_hidden(config.interfaces)
    assert masked.count("\n") == text.count("\n")
