"""The key of time comes before a server is asked with it, is replaced and never taken away by its own change, and one
that a device shows enciphered is the one that it was told."""

import pytest

from inventory.platforms import patch

PLAIN = {
    "huawei_vrp": "ntp-service unicast-server 10.1.0.10",
    "h3c_comware": "ntp-service unicast-server 10.1.0.10",
    "cisco_ios": "ntp server 10.1.0.10",
    "ruijie": "ntp server 10.1.0.10 source Loopback 0",
}
OF_NTP_SERVICE = (
    "ntp-service authentication enable",
    "ntp-service authentication-keyid 1 authentication-mode md5 {} {}",
    "ntp-service reliable authentication-keyid 1",
)
OF_NTP = ("ntp authentication-key 1 md5 {}", "ntp authenticate", "ntp trusted-key 1")
HEAD = {
    "huawei_vrp": (OF_NTP_SERVICE[0], OF_NTP_SERVICE[1].format("cipher", "{}"), OF_NTP_SERVICE[2]),
    "h3c_comware": (OF_NTP_SERVICE[0], OF_NTP_SERVICE[1].format("simple", "{}"), OF_NTP_SERVICE[2]),
    "cisco_ios": OF_NTP,
    "ruijie": OF_NTP,
}
ENDS = {"huawei_vrp": " authentication-keyid 1", "h3c_comware": " authentication-keyid 1", "cisco_ios": " key 1",
        "ruijie": " key 1"}  # fmt: skip
SHOWN = {
    "huawei_vrp": ("cipher {}", "cipher %^%#nD#6%Z'k=(2xPz:`Q!~W%^%#"),
    "h3c_comware": ("simple {}", "cipher $c$3$P7uZ8lq2mY1eXk0vBz9sQw=="),
    "cisco_ios": ("{}", "070C285F4D06485744 7"),
    "ruijie": ("{}", "070C285F4D06485744 7"),
}
OURS, NEXT = "aKeyOfOurs1234567", "theNextKey8901234"


def keyed(platform: str, key: str) -> str:
    lines = (*HEAD[platform], PLAIN[platform] + ENDS[platform])
    return "".join(f"{line}\n" for line in lines).replace("{}", key)


@pytest.mark.parametrize("platform", PLAIN)
def test_a_key_comes_before_the_server_is_asked_with_it_and_goes_after(platform: str) -> None:
    old, new = f"{PLAIN[platform]}\n", keyed(platform, OURS)
    typed = [line for line in patch.patch(old, new, platform, "") if line not in ("quit", "exit", "return", "end")]
    assert typed[-1] == PLAIN[platform] + ENDS[platform]
    assert sorted(typed) == sorted(new.splitlines())
    assert patch.verify(old, new, platform, "").good
    back = [line for line in patch.patch(new, old, platform, "") if line not in ("quit", "exit", "return", "end")]
    assert back[0] == PLAIN[platform]
    assert len(back) == 4
    assert patch.verify(new, old, platform, "").good


@pytest.mark.parametrize("platform", PLAIN)
def test_a_key_is_replaced_and_nothing_is_taken_away(platform: str) -> None:
    (typed,) = patch.patch(keyed(platform, OURS), keyed(platform, NEXT), platform, "")
    assert NEXT in typed
    assert not typed.startswith(("undo", "no"))


@pytest.mark.parametrize("platform", PLAIN)
def test_a_key_that_is_shown_enciphered_is_the_one_that_was_told(platform: str) -> None:
    told, shown = SHOWN[platform]
    running = keyed(platform, OURS).replace(told.replace("{}", OURS), shown)
    assert shown in running
    assert patch.patch(running, keyed(platform, OURS), platform, "") == ()
