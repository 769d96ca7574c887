"""Selections as people read them."""

import pytest

from countynet.i18n import set_language
from countynet.vocabulary import Access, DeviceRole, UnitKind, ZoneName
from inventory.selection_words import KEYS, WORDS, in_words
from inventory.traits import BARE
from inventory.traits import KEYS as ALL


def test_every_key_and_every_value_of_a_fixed_list_has_words() -> None:
    assert set(KEYS) == {BARE, *ALL}
    lists = {"role": DeviceRole, "kind": UnitKind, "access": Access, "zone": ZoneName}
    assert {key: set(words) for key, words in WORDS.items()} == {key: set(of) for key, of in lists.items()}


@pytest.mark.parametrize(
    ("selection", "english", "chinese"),
    [
        ("zone=server", "server zone", "服务器区"),
        ("!access=leased", "all but leased line", "除 专线 以外的全部"),
        ("role=core,firewall,site=admin", "core switch, firewall, site admin", "核心交换机、防火墙、地点 admin"),
        ("unit=u025，u026", "unit u025, u026", "单位 u025、u026"),
        ("cpe-001", "cpe-001", "cpe-001"),
        ("colour=red", "colour=red", "colour=red"),
    ],
)
def test_a_selection_is_said_in_both_languages(selection: str, english: str, chinese: str) -> None:
    set_language("en")
    assert in_words(selection) == english
    set_language("zh_CN")
    assert in_words(selection) == chinese
