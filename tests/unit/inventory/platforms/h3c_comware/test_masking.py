"""Secrets never show, and a secret that was only salted again makes no difference."""

import pytest

from inventory.platforms import h3c_comware
from tests.unit.inventory.platforms.h3c_comware.test_golden import text_of

S = "Tr0ub4dor"
FORMS = [
    f" password hash {S}",
    f" password simple {S}",
    f" password cipher {S}",
    f"  pre-shared-key plaintext {S}",
    f"  pre-shared-key ciphertext {S}",
    f" pre-shared-key address 1.1.1.1 255.255.255.255 key simple {S}",
    f" pre-shared-key address 1.1.1.1 key cipher {S}",
    f" pre-shared-key hostname hub key cipher {S}",
    f" snmp-agent community read {S}",
    f" snmp-agent community read cipher {S} acl 2000",
    f" snmp-agent community write simple {S}",
    f" snmp-agent usm-user v3 u g simple authentication-mode sha256 {S} privacy-mode aes128 {S}",
    f" snmp-agent usm-user v3 u g cipher authentication-mode sha {S} privacy-mode 3des {S}",
    f" snmp-agent usm-user v3 u g authentication-mode md5 {S} privacy-mode des56 {S}",
    f" snmp-agent target-host trap address udp-domain 1.1.1.1 params securityname {S} v2c",
    f" snmp-agent target-host trap address udp-domain 1.1.1.1 params securityname {S}",
    f" ospf authentication-mode md5 1 cipher {S}",
    f" ospf authentication-mode hmac-md5 1 plain {S}",
    f" ospf authentication-mode simple plain {S}",
    f" ospf authentication-mode simple cipher {S}",
    f" vrrp vrid 1 authentication-mode md5 cipher {S}",
    f" vrrp vrid 1 authentication-mode simple plain {S}",
    f" ntp-service authentication-keyid 1 authentication-mode md5 cipher {S}",
    f" key authentication cipher {S}",
    f" key accounting simple {S}",
    f" primary authentication 10.1.1.1 key cipher {S}",
    f" set authentication password hash {S}",
    f"super password role network-admin hash {S}",
    f" peer 1.1.1.1 password cipher {S}",
    f" ppp chap password cipher {S}",
    f" ppp pap local-user a password simple {S}",
    f"  key 1\n  key-string cipher {S}",
    f" sa hex-key encryption inbound esp simple {S}",
    f" sa string-key outbound esp cipher {S}",
    f" preshared-key pass-phrase cipher {S}",
    f" mka psk ckn E9AC cak simple {S}",
]


@pytest.mark.parametrize("line", FORMS)
def test_a_secret_in_any_form_is_hidden(line: str) -> None:
    masked = h3c_comware.mask(line)
    assert S not in masked
    assert "********" in masked
    assert masked.split()[0] == line.split()[0]
    assert h3c_comware.mask(masked) == masked


@pytest.mark.parametrize(
    ("one", "two"),
    [("$c$3$aaaa+b/c==", "$c$3$zz"), ("$h$6$aaa$bbb==", "$h$6$c/d"), ("clear", "$c$3$zz")],
)
@pytest.mark.parametrize(
    "line", [" password hash {}", "  pre-shared-key ciphertext {}", "snmp-agent community read cipher {}"]
)
def test_a_secret_salted_again_makes_no_difference(line: str, one: str, two: str) -> None:
    assert h3c_comware.mask(line.format(one)) == h3c_comware.mask(line.format(two))


def test_all_else_is_left() -> None:
    text = text_of("cpe") + text_of("core")
    changed = [
        (was, line)
        for was, line in zip(text.splitlines(), h3c_comware.mask(text).splitlines(), strict=True)
        if was != line
    ]
    assert [was.split()[0] for was, _ in changed] == ["snmp-agent", "pre-shared-key", "snmp-agent"]
    assert not any("secret-of" in line for _, line in changed)


@pytest.mark.parametrize(
    "line",
    [
        "ssh user a service-type stelnet authentication-type password",
        " authentication-mode scheme",
        " authentication-method local pre-share",
        " description password hash of the door",
        " rule 5 comment password simple",
        "password-recovery enable",
        " esp encryption-algorithm gcm-128",
        "ssh2 algorithm cipher aes256-ctr aes128-ctr",
        "public-key peer a",
        "  public-key-code begin",
        " ikev2 keychain a",
        " authorization-attribute user-role network-admin",
    ],
)
def test_a_word_that_is_no_secret_is_left(line: str) -> None:
    assert h3c_comware.mask(line) == line
