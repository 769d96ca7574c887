"""A rule's lines are found in the words of every platform, and what is typed takes out that rule and nothing else."""

from typing import Any

import pytest

from inventory.deviceconfig import DeviceConfig
from inventory.intent.adapt import adapted
from inventory.intent.hardened import hardened
from inventory.model import County, Hardening
from inventory.platforms import patch
from inventory.platforms.patch import lines as trees
from inventory.platforms.patch.device import Device
from inventory.platforms.registry import platform
from tests.unit.inventory.mixed_county import mixed_county, secrets
from topology.reach.analysis.chain import LIST, Chain, chains
from topology.reach.analysis.text import Text, without

COUNTY = mixed_county()
DEVICES = ("core-1", "agg-1", "sw-admin", "cpe-005", "fw-1", "fw-2", "vpn-hub")
"""VRP and Comware lists, Ruijie and IOS lists, VRP and Comware policies, nftables"""


@pytest.fixture(scope="module")
def configs() -> dict[str, DeviceConfig]:
    return adapted(COUNTY, secrets)


def _text(configs: dict[str, DeviceConfig], name: str) -> tuple[Text, list[Chain]]:
    device = COUNTY.device_by_name[name]
    written = platform(device.platform).render(configs[name])
    found = list(chains(name, device.platform, configs[name]))
    return Text(name, device.platform, device.model, configs[name], written), [found[0], found[-1]]


def _places(chain: Chain) -> list[int]:
    return sorted({0, len(chain.rules) // 2, len(chain.rules) - 2})


@pytest.mark.parametrize("name", DEVICES)
def test_the_lines_of_a_rule_are_found_and_shown_without_secrets(configs: dict[str, DeviceConfig], name: str) -> None:
    text, some = _text(configs, name)
    for chain in some:
        found = text.find(chain, _places(chain))
        assert sorted(found) == _places(chain)
        assert len({number for lines in found.values() for number in lines}) == sum(map(len, found.values()))
        assert all(words for lines in found.values() for _number, words in text.shown(lines))


@pytest.mark.parametrize("name", [name for name in DEVICES if name != "vpn-hub"])
def test_what_is_typed_takes_out_that_rule_and_nothing_else(configs: dict[str, DeviceConfig], name: str) -> None:
    text, some = _text(configs, name)
    chain = some[0]
    place = next(n for n in range(1, len(chain.rules)) if chain.rules[n].name == chain.rules[n - 1].name)
    lines = text.find(chain, [place])[place]
    device = Device(trees.tree(trees.nodes(text.text, text.platform)), text.platform)
    assert list(device.type(text.removal(chain, place, lines)))
    assert device.refused == []
    less = platform(text.platform).render(without(configs[name], chain, frozenset([place])))
    assert _heads(device.tree) == _heads(trees.tree(trees.nodes(text._less(lines), text.platform)))
    assert platform(text.platform).parse(text._less(lines)).config == platform(text.platform).parse(less).config


def _heads(tree: Any) -> set[tuple[str, ...]]:
    return {path for path in trees.walk(tree) if not path[-1].startswith(("remark ", "object-group service"))}


@pytest.mark.parametrize("name", ["core-1", "agg-1"])
def test_an_entry_is_taken_out_as_the_patch_would(configs: dict[str, DeviceConfig], name: str) -> None:
    text, some = _text(configs, name)
    place = len(some[0].rules) // 2
    lines = text.find(some[0], [place])[place]
    patched = patch.patch(text.text, text._less(lines), text.platform, text.model, remove_unmanaged=True)
    assert some[0].hook == LIST
    assert text.removal(some[0], place, lines) == patched


def test_numbers_of_a_device_that_counts_otherwise_are_its_own(configs: dict[str, DeviceConfig]) -> None:
    """Somebody renumbered the list by hand: the number that is typed is the one that stands there."""
    device = COUNTY.device_by_name["agg-1"]
    written = platform(device.platform).render(configs["agg-1"]).replace(" rule 10 ", " rule 12 ")
    text = Text("agg-1", device.platform, device.model, configs["agg-1"], written)
    (chain, *_more) = chains("agg-1", device.platform, configs["agg-1"])
    lines = text.find(chain, [2])[2]
    assert text.removal(chain, 2, lines)[1] == "undo rule 12"


def test_a_rule_that_is_not_in_the_text_has_no_lines(configs: dict[str, DeviceConfig]) -> None:
    text, some = _text(configs, "vpn-hub")
    other = some[0].rules[0].model_copy(update={"name": "another"})
    strange = Chain("vpn-hub", "linux", some[0].hook, (other, *some[0].rules[1:]), "drop")
    assert text.find(strange, [0]) == {}


def test_a_rule_of_two_lines_is_found_and_taken_out_whole(county: County, configs: dict[str, DeviceConfig]) -> None:
    plan = county.plan.model_copy(update={"hardening": Hardening(log_drops=True)})
    told = hardened(plan, configs["vpn-hub"], secrets)
    text, _some = _text({"vpn-hub": told}, "vpn-hub")
    chain = next(c for c in chains("vpn-hub", "linux", told) if c.hook == "forward")
    places = [n for n, rule in enumerate(chain.rules) if rule.log]
    found = text.find(chain, places)
    assert [len(found[n]) for n in places] == [2] * len(places)
    assert all(chain.rules[n].name in text.shown(found[n])[0][1] for n in places)
    first, second = text.removal(chain, places[-1], found[places[-1]])
    assert first == second
    assert f"sed -n '{places[-1] + len(places) + 1}s" in first
