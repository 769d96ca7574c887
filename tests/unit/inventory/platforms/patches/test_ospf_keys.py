"""The key of neighbours on a link: it comes, goes by its number, and goes before another one comes."""

import pytest

from inventory.platforms import patch, registry

ADDRESS = " ip address 10.0.0.1 255.255.255.252"
LINK = {
    "huawei_vrp": ("interface GigabitEthernet0/0/1", ADDRESS, " ospf enable 1 area 0.0.0.0"),
    "h3c_comware": ("interface GigabitEthernet1/0/1", " port link-mode route", ADDRESS, " ospf 1 area 0.0.0.0"),
    "cisco_ios": ("interface GigabitEthernet1/0/1", " no switchport", ADDRESS, " ip ospf 1 area 0.0.0.0"),
    "ruijie": ("interface GigabitEthernet 0/1", ADDRESS),
}
PROCESS = {
    "huawei_vrp": ("#", "ospf 1 router-id 10.0.0.1", " area 0.0.0.0"),
    "h3c_comware": ("#", "ospf 1 router-id 10.0.0.1", " area 0.0.0.0"),
    "cisco_ios": ("router ospf 1", " router-id 10.0.0.1"),
    "ruijie": ("router ospf 1", " router-id 10.0.0.1", " network 10.0.0.1 0.0.0.0 area 0.0.0.0"),
}
DIGEST, KEY = " ip ospf authentication message-digest", " ip ospf message-digest-key 1 md5 {}"
GIVEN = {
    "huawei_vrp": (" ospf authentication-mode md5 1 cipher {}",),
    "h3c_comware": (" ospf authentication-mode md5 1 plain {}",),
    "cisco_ios": (DIGEST, KEY),
    "ruijie": (DIGEST, KEY),
}
GOES = {
    "huawei_vrp": "undo ospf authentication-mode",
    "h3c_comware": "undo ospf authentication-mode md5 1",
    "cisco_ios": "no ip ospf message-digest-key 1",
    "ruijie": "no ip ospf message-digest-key 1",
}
SHOWN = {
    "huawei_vrp": ("cipher {}", "cipher %^%#nD#6%Z'k=(2xPz:`Q!~W%^%#"),
    "h3c_comware": ("plain {}", "cipher $c$3$P7uZ8lq2mY1eXk0vBz9sQw=="),
    "cisco_ios": ("md5 {}", "md5 7 070C285F4D06485744"),
    "ruijie": ("md5 {}", "md5 7 070C285F4D06485744"),
}
OURS, NEXT = "aKeyOfOurs123456", "theNextKey890123"


def keyed(platform: str, key: str = "") -> str:
    lines = (*LINK[platform], *(GIVEN[platform] if key else ()), *PROCESS[platform])
    return "".join(f"{line}\n" for line in lines).replace("{}", key)


def typed(platform: str, old: str, new: str) -> list[str]:
    found = patch.patch(old, new, platform, "")
    assert patch.verify(old, new, platform, "").good
    return [line for line in found if line not in ("quit", "exit", "return", "end", LINK[platform][0])]


@pytest.mark.parametrize("platform", LINK)
def test_a_key_comes_and_goes_by_its_number(platform: str) -> None:
    plain, ours = keyed(platform), keyed(platform, OURS)
    assert sorted(typed(platform, plain, ours)) == sorted(line.strip().replace("{}", OURS) for line in GIVEN[platform])
    gone = typed(platform, ours, plain)
    assert GOES[platform] in gone
    assert not [line for line in gone if OURS in line]


@pytest.mark.parametrize("platform", LINK)
def test_another_key_comes_when_the_old_one_is_gone(platform: str) -> None:
    found = typed(platform, keyed(platform, OURS), keyed(platform, NEXT))
    assert found == [GOES[platform], GIVEN[platform][-1].strip().replace("{}", NEXT)]


@pytest.mark.parametrize("platform", LINK)
def test_a_key_that_is_shown_enciphered_is_the_one_that_was_told_and_is_hidden(platform: str) -> None:
    told, shown = SHOWN[platform]
    running = keyed(platform, OURS).replace(told.replace("{}", OURS), shown)
    assert shown in running
    assert patch.patch(running, keyed(platform, OURS), platform, "") == ()
    mask = registry.platform(platform).mask
    assert OURS not in mask(keyed(platform, OURS))
    assert shown.split()[-1] not in mask(running)


@pytest.mark.parametrize("platform", ["cisco_ios", "ruijie"])
@pytest.mark.parametrize("half", [DIGEST, KEY])
def test_half_of_it_is_not_understood(platform: str, half: str) -> None:
    line = half.replace("{}", OURS)
    text = "".join(f"{one}\n" for one in (*LINK[platform], line, *PROCESS[platform]))
    found = registry.platform(platform).parse(text)
    assert line.strip() in {one.text.strip() for one in found.unparsed}
