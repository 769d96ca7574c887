"""Hardware addresses in filter rules: rendered, read back, and listed where they make no sense."""

from typing import Any

import pytest

from inventory.deviceconfig import DeviceConfig
from inventory.platforms import linux
from inventory.platforms.linux import nft_live, nftables
from inventory.platforms.linux.text import split

ONE, TWO = "00:1e:c9:5a:00:19", "a0:1e:c9:5a:00:1a"
STRANGERS = f'iifname "lan0" ether saddr != {{ {ONE}, {TWO} }} log prefix "countynet x: " counter drop comment "x"'


def config(**rule: Any) -> DeviceConfig:
    rules = [{"action": "drop", "name": "x"} | rule]
    return DeviceConfig.model_validate(
        {"hostname": "a", "filters": [{"hook": "forward", "default": "drop", "rules": rules}]}
    )


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ({"in_interfaces": ["lan0"], "not_source_macs": [TWO, ONE], "log": True}, STRANGERS),
        ({"not_source_macs": [ONE]}, f'ether saddr != {ONE} counter drop comment "x"'),
        ({"source_macs": [ONE]}, f'ether saddr {ONE} counter drop comment "x"'),
        (
            {"source_macs": [ONE], "not_source_macs": [TWO], "sources": ["10.0.0.0/8"], "state": "invalid"},
            f'ct state invalid ether saddr {ONE} ether saddr != {TWO} ip saddr 10.0.0.0/8 counter drop comment "x"',
        ),
    ],
)
def test_a_rule_is_written_as_nft_prints_it_and_read_back(rule: dict[str, Any], line: str) -> None:
    text = linux.render(config(**rule))
    assert f"\t\t{line}\n" in text
    parsed = linux.parse(text)
    assert (parsed.config, parsed.unparsed) == (config(**rule), ())


@pytest.mark.parametrize("word", ["00:1e:c9", "00:1E:C9:5A:00:19", "{ }", "@known", f"{ONE}-{TWO}"])
def test_what_is_no_address_is_listed(word: str) -> None:
    text = linux.render(config(source_macs=[ONE])).replace(ONE, word)
    assert [found.section for found in linux.parse(text).unparsed] == ["/etc/nftables.conf"]


def test_an_address_in_a_translation_is_listed() -> None:
    nat = {"kind": "source", "name": "hide", "interface": "x0", "to": "203.0.113.2"}
    text = linux.render(DeviceConfig.model_validate({"hostname": "a", "nat": [nat]}))
    strange = text.replace('oifname "x0" counter', f'oifname "x0" ether saddr {ONE} counter')
    assert strange != text
    assert len(linux.parse(strange).unparsed) == 1


def test_a_live_set_in_another_order_takes_the_written_words() -> None:
    saved = split(linux.render(config(in_interfaces=["lan0"], not_source_macs=[ONE, TWO], log=True)))[nftables.PATH]
    live = [line.replace(f"{ONE}, {TWO}", f"{TWO}, {ONE}") for line in saved.lines[2:]]
    assert live != list(saved.lines[2:])
    assert nft_live.normalise(live, saved) == saved
