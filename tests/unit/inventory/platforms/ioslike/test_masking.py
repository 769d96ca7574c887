"""Secrets never show, in no form that IOS or RGOS writes them in, and all else is left."""

import pytest

from inventory.platforms import cisco_ios
from tests.unit.inventory.platforms.cisco_ios.test_golden import GOLDEN

S = "Tr0ub4dor"
FORMS = [
    f"enable secret 9 $9${S}",
    f"enable secret {S}",
    f"enable password 7 {S}",
    f"enable password level 15 {S}",
    f"username a privilege 15 secret 5 $1$x${S}",
    f"username a password 0 {S}",
    f"username a privilege 15 password {S}",
    f"webmaster level 0 username admin secret 8 $1c${S}",
    f"webmaster level 0 username admin password 7 {S}",
    f" password 7 {S}",
    f" password {S}",
    f"  pre-shared-key {S}",
    f"  pre-shared-key local 6 {S}",
    f"  pre-shared-key remote {S}",
    f" pre-shared-key address 0.0.0.0 0.0.0.0 key {S}",
    f"crypto isakmp key {S} address 1.1.1.1",
    f"crypto isakmp key 6 {S} address 0.0.0.0",
    f"snmp-server community {S} RO",
    f"snmp-server community {S} rw 10",
    f"snmp-server host 10.0.0.1 version 2c {S}",
    f"snmp-server host 10.0.0.1 traps version 2c {S}",
    f"snmp-server host 10.0.0.1 {S}",
    f"snmp-server host 10.0.0.1 vrf mgmt version 2c {S} udp-port 162",
    f"snmp-server user u g v3 auth sha {S} priv aes 128 {S}x",
    f"snmp-server user u g v3 auth sha-2 256 {S} priv aes 256 {S}x",
    f"snmp-server user u g v3 encrypted auth md5 {S} priv des56 {S}x",
    f"snmp-server user u g v3 auth sha256 {S} priv aes128 {S}",
    f"tacacs-server host 1.1.1.1 key 7 {S}",
    f"radius-server key {S}",
    f"radius-server host 1.1.1.1 auth-port 1812 acct-port 1813 key {S}",
    f" key 7 {S}",
    f" key {S}",
    f"  key-string 7 {S}",
    f"  key-string {S}",
    f"ntp authentication-key 1 md5 {S} 7",
    f" ip ospf message-digest-key 1 md5 7 {S}",
    f" ip ospf authentication-key {S}",
    f" vrrp 1 authentication text {S}",
    f" vrrp 1 authentication {S}",
    f" standby 1 authentication md5 key-string 7 {S}",
    f" neighbor 1.1.1.1 password 7 {S}",
    f" ppp chap password 0 {S}",
    f" ppp pap sent-username a password 7 {S}",
    f" server-key {S}",
    f"ip ftp password 7 {S}",
    f" wpa-psk ascii 0 {S}",
    f" server-private 1.1.1.1 key 7 {S}",
    f" l2tp tunnel password 7 {S}",
    f" ip nhrp authentication {S}",
    f"username a privilege 15 algorithm-type scrypt secret {S}",
    f"key config-key password-encrypt {S}",
]


@pytest.mark.parametrize("line", FORMS)
def test_a_secret_in_any_form_is_hidden(line: str) -> None:
    masked = cisco_ios.mask(line)
    assert S not in masked
    assert "********" in masked
    assert masked.split()[0] == line.split()[0]
    assert cisco_ios.mask(masked) == masked


def test_a_secret_salted_again_makes_no_difference() -> None:
    one, two = (cisco_ios.mask(f"username a privilege 15 secret 9 $9${salt}$x") for salt in ("aa", "bb"))
    assert one == two


def test_all_else_is_left() -> None:
    text = GOLDEN.text("cpe") + GOLDEN.text("core")
    pairs = zip(text.splitlines(), cisco_ios.mask(text).splitlines(), strict=True)
    changed = [was.split()[0] for was, line in pairs if was != line]
    assert changed == ["pre-shared-key", "snmp-server", "snmp-server"]


@pytest.mark.parametrize(
    "line",
    [
        "service password-encryption",
        "   key-hash ssh-rsa 8675E24602CB6058C76B631ED210D216",
        "   key-string",
        "crypto ikev2 keyring countynet",
        " keyring local countynet",
        " authentication remote pre-share",
        "ip ssh pubkey-chain",
        "snmp-server host 10.255.0.10 version 3 priv countynet",
        "snmp-server host 10.255.0.10 traps version 3 priv countynet",
        "password policy min-size 8",
        "ip ssh server algorithm authentication publickey password",
        "snmp-server group countynet v3 priv",
    ],
)
def test_a_word_that_is_no_secret_is_left(line: str) -> None:
    assert cisco_ios.mask(line) == line
