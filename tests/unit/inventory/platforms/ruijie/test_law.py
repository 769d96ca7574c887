"""The law: what is rendered is read back whole, and nothing is unparsed."""

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.deviceconfig import DeviceConfig
from inventory.platforms import ruijie
from tests.unit.inventory.platforms.ioslike.strategies import MD5, Shape, configs
from tests.unit.inventory.platforms.strategies import keys_hidden

SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
RGOS = Shape(ruijie.check, svi="VLAN", bundle="AggregatePort", keys=(MD5,), passwords=False, tunnels=False)


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
@given(configs(RGOS))
def test_what_is_rendered_is_read_back(config: DeviceConfig) -> None:
    parsed = ruijie.parse(ruijie.render(config))
    assert parsed.unparsed == ()
    assert parsed.config == config


@settings(max_examples=15, deadline=None, suppress_health_check=SLOW)
@given(configs(RGOS), st.randoms(use_true_random=False))
def test_the_order_of_the_blocks_does_not_matter(config: DeviceConfig, random: Random) -> None:
    blocks = ruijie.render(config).removesuffix("\n!\nend\n").split("\n!\n")
    random.shuffle(blocks)
    parsed = ruijie.parse("\n!\n!\n".join(blocks))
    assert parsed.unparsed == ()
    assert parsed.config == config


@settings(max_examples=15, deadline=None, suppress_health_check=SLOW)
@given(configs(RGOS))
def test_a_masked_text_tells_all_but_the_secrets(config: DeviceConfig) -> None:
    text = ruijie.render(config)
    masked = ruijie.mask(text)
    assert ruijie.mask(masked) == masked
    assert ruijie.parse(masked).config.interfaces == keys_hidden(config.interfaces)
    assert masked.count("\n") == text.count("\n")
