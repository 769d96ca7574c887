"""The law: what is rendered is read back whole, and nothing is unparsed."""

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.deviceconfig import DeviceConfig
from inventory.platforms import cisco_ios
from tests.unit.inventory.platforms.ioslike.strategies import MD5, RSA, Shape, configs
from tests.unit.inventory.platforms.strategies import keys_hidden

SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
IOS = Shape(cisco_ios.check, svi="Vlan", bundle="Port-channel", keys=(RSA, MD5), passwords=True, tunnels=True)


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
@given(configs(IOS))
def test_what_is_rendered_is_read_back(config: DeviceConfig) -> None:
    parsed = cisco_ios.parse(cisco_ios.render(config))
    assert parsed.unparsed == ()
    assert parsed.config == config


@settings(max_examples=15, deadline=None, suppress_health_check=SLOW)
@given(configs(IOS), st.randoms(use_true_random=False))
def test_the_order_of_the_blocks_does_not_matter(config: DeviceConfig, random: Random) -> None:
    blocks = cisco_ios.render(config).removesuffix("\n!\nend\n").split("\n!\n")
    random.shuffle(blocks)
    parsed = cisco_ios.parse("\n!\n!\n".join(blocks))
    assert parsed.unparsed == ()
    assert parsed.config == config


@settings(max_examples=15, deadline=None, suppress_health_check=SLOW)
@given(configs(IOS))
def test_a_masked_text_tells_all_but_the_secrets(config: DeviceConfig) -> None:
    text = cisco_ios.render(config)
    masked = cisco_ios.mask(text)
    assert cisco_ios.mask(masked) == masked
    assert cisco_ios.parse(masked).config.interfaces == keys_hidden(config.interfaces)
    assert masked.count("\n") == text.count("\n")
