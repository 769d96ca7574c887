"""Secrets never show, and a secret that was only salted again makes no difference."""

import pytest

from inventory.platforms import huawei_vrp
from tests.unit.inventory.platforms.huawei_vrp.test_golden import text_of

S = "Tr0ub4dor"
FORMS = [
    f"local-user a password irreversible-cipher {S}",
    f"local-user a password cipher {S}",
    f" local-user a password simple {S}",
    f"pre-shared-key {S}",
    f"pre-shared-key simple {S}",
    f" pre-shared-key cipher {S}",
    f"snmp-agent community read {S}",
    f"snmp-agent community read cipher {S}",
    f"snmp-agent community write cipher {S} alias x",
    f"snmp-agent usm-user v3 u authentication-mode sha2-256 cipher {S}",
    f"snmp-agent usm-user v3 u g authentication-mode sha {S} privacy-mode aes128 {S}",
    f"snmp-agent usm-user v3 u privacy-mode aes256 cipher {S}",
    f"snmp-agent target-host trap address udp-domain 1.1.1.1 params securityname cipher {S} v2c",
    f"snmp-agent target-host trap address udp-domain 1.1.1.1 params securityname {S}",
    f" ospf authentication-mode md5 1 cipher {S}",
    f" ospf authentication-mode md5 1 {S}",
    f" ospf authentication-mode simple plain {S}",
    f" vrrp vrid 1 authentication-mode md5 {S}",
    f" vrrp vrid 1 authentication-mode simple {S}",
    f"ntp-service authentication-keyid 1 authentication-mode md5 cipher {S}",
    f"ntp-service authentication-keyid 1 authentication-mode hmac-sha256 {S}",
    f" radius-server shared-key cipher {S}",
    f" radius-server shared-key {S}",
    f"hwtacacs-server shared-key cipher {S}",
    f" peer 1.1.1.1 password cipher {S}",
    f" set authentication password cipher {S}",
    f"super password level 3 cipher {S}",
    f" ppp chap password cipher {S}",
    f" ppp pap local-user a password simple {S}",
    f" key-id 1 key-string cipher {S}",
    f" security wpa2 psk pass-phrase {S} aes",
]


@pytest.mark.parametrize("line", FORMS)
def test_a_secret_in_any_form_is_hidden(line: str) -> None:
    masked = huawei_vrp.mask(line)
    assert S not in masked
    assert "********" in masked
    assert masked.split()[0] == line.split()[0]
    assert huawei_vrp.mask(masked) == masked


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("%^%#a;B c'%^%#", '%^%#zz"(}%^%#'),
        ("%$%$a%$%$", "%$%$bbbb%$%$"),
        ("%@%@a%@%@", "%@%@b b%@%@"),
        ("$1a$aaaa$bbbbb$", "$1a$cccc$ddddd$"),
        ("$1c$a/b+c$ddd$", "$1c$x$y$"),
        ("clear", "%^%#zz%^%#"),
    ],
)
@pytest.mark.parametrize(
    "line",
    [
        "local-user a password irreversible-cipher {}",
        " pre-shared-key cipher {}",
        "snmp-agent community read cipher {}",
    ],
)
def test_a_secret_salted_again_makes_no_difference(line: str, one: str, two: str) -> None:
    assert huawei_vrp.mask(line.format(one)) == huawei_vrp.mask(line.format(two))


def test_all_else_is_left() -> None:
    text = text_of("cpe") + text_of("core")
    changed = [
        (was, line)
        for was, line in zip(text.splitlines(), huawei_vrp.mask(text).splitlines(), strict=True)
        if was != line
    ]
    assert [was.split()[0] for was, _ in changed] == ["pre-shared-key", "snmp-agent", "snmp-agent"]


@pytest.mark.parametrize(
    "line",
    [
        "ssh user a authentication-type password",
        "ssh authentication-type default password",
        "ssh server cipher aes256_gcm aes128_gcm",
        " authentication-mode aaa",
        " description password of the door",
        " authentication-method pre-share",
        " encryption-algorithm aes-gcm-128",
    ],
)
def test_a_word_that_is_no_secret_is_left(line: str) -> None:
    assert huawei_vrp.mask(line) == line or "description" in line
