"""The law: what is rendered is read back whole, and nothing is unparsed."""

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.deviceconfig import DeviceConfig
from inventory.platforms import h3c_comware
from tests.unit.inventory.platforms.h3c_comware.strategies import configs
from tests.unit.inventory.platforms.strategies import keys_hidden

SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(configs())
def test_what_is_rendered_is_read_back(config: DeviceConfig) -> None:
    parsed = h3c_comware.parse(h3c_comware.render(config))
    assert parsed.unparsed == ()
    assert parsed.config == config


@settings(max_examples=20, deadline=None, suppress_health_check=SLOW)
@given(configs(), st.randoms(use_true_random=False))
def test_the_order_of_the_blocks_does_not_matter(config: DeviceConfig, random: Random) -> None:
    blocks = h3c_comware.render(config).removesuffix("#\nreturn\n").split("\n#\n")
    random.shuffle(blocks)
    parsed = h3c_comware.parse("\n#\n#\n".join(blocks))
    assert parsed.unparsed == ()
    assert parsed.config == config


@settings(max_examples=20, deadline=None, suppress_health_check=SLOW)
@given(configs())
def test_a_masked_text_tells_all_but_the_secrets(config: DeviceConfig) -> None:
    text = h3c_comware.render(config)
    masked = h3c_comware.mask(text)
    assert h3c_comware.mask(masked) == masked
    assert h3c_comware.parse(masked).config.interfaces == keys_hidden(config.interfaces)
    assert masked.count("\n") == text.count("\n")
