"""Users of SNMPv3 that IOS keeps to itself: who they are is read, their keys are never typed as they are struck out."""

import pytest

from countynet.errors import DeviceError
from inventory.platforms import registry
from playbooks.device.results import Limits
from playbooks.device.vendor import people, texts, typing_in
from playbooks.device.vendor.dialects import dialect
from playbooks.device.vendor.fake import FakeConsole, FakeTerminal

IOS, XE = (
    "\nUser name: u\nEngine ID: 00000009020000000C025808\nstorage-type: nonvolatile\t active access-list: 10\n"
    "Rowstatus: active\nAuthentication Protocol: {auth}\nPrivacy {protocol}: {priv}\n{group}: g\n\n".format(**words)
    for words in (
        {"auth": "SHA", "protocol": "protocol", "priv": "AES128", "group": "Group name"},
        {"auth": "SHA2-256", "protocol": "Protocol", "priv": "AES128", "group": "Group-name"},
    )
)
RUNS = "hostname a\n!\nsnmp-server group g v3 priv\n!\nend\n"
TYPED = "snmp-server user u g v3 auth sha-2 256 Auth-secret-1 priv aes 128 Priv-secret-1"


def test_who_is_shown_is_written_with_its_keys_struck_out() -> None:
    assert people.lines(IOS) == ("snmp-server user u g v3 auth sha ******** priv aes 128 ********",)
    assert people.lines(XE) == ("snmp-server user u g v3 auth sha-2 256 ******** priv aes 128 ********",)
    assert people.lines(IOS + XE.replace("name: u", "name: w"))[1].startswith("snmp-server user w g ")


@pytest.mark.parametrize("shown", ["", "% Invalid input detected at '^' marker.", "User name: u\nGroup name: g\n"])
def test_nobody_shown_or_nobody_asked_with_keys_changes_nothing(shown: str) -> None:
    assert people.written(RUNS, shown) == RUNS


def test_such_a_user_neither_differs_nor_is_typed_again() -> None:
    read, intended = people.written(RUNS, XE), RUNS.replace("end\n", f"{TYPED}\nend\n")
    goal = texts.expected(read, intended, "cisco_ios")
    assert texts.difference(read, goal, "cisco_ios") == ""
    assert "Auth-secret-1" not in goal
    assert texts.difference(RUNS, texts.expected(RUNS, intended, "cisco_ios"), "cisco_ios")


def test_a_kept_text_is_filled_with_the_keys_that_the_inventory_knows() -> None:
    kept = people.written(RUNS, XE)
    mask = registry.platform("cisco_ios").mask
    assert TYPED in people.filled(kept, f"{TYPED}\n", mask).splitlines()
    assert people.filled(kept, "", mask) == kept


def test_a_key_that_is_struck_out_is_never_typed() -> None:
    behind = FakeTerminal(lambda _terminal, _line: "", "a(config)#")
    lines = ["no ip http server", *people.lines(XE)]
    with pytest.raises(DeviceError, match="tells nobody this key"):
        typing_in.type_lines(FakeConsole("a", behind), dialect("cisco_ios"), lines, Limits())
    assert behind.typed == ["no ip http server"]


def test_a_key_that_is_a_file_on_the_flash_is_named_when_it_is_not_there() -> None:
    behind = FakeTerminal(lambda _terminal, _line: "% Invalid input detected at '^' marker.", "a(config)#")
    line = "ip ssh peer netadmin public-key rsa flash:netadmin-00FF.pub"
    with pytest.raises(DeviceError, match=r"put the public key there as flash:netadmin-00FF\.pub first"):
        typing_in.type_lines(FakeConsole("a", behind), dialect("ruijie"), [line], Limits())
