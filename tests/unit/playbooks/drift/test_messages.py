"""What devices say, after the vendors' log references and lines that people published; names and addresses ours."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playbooks.drift.messages import Kind, understand

HEAD = "2026-11-26T08:14:03.120+08:00 2026-11-26T08:14:02+08:00 10.255.0.7 local7.notice "


def told(words: str) -> tuple[str, str, str, str] | None:
    found = understand(HEAD + words + "\n")
    return (found.platform, found.kind.value, found.user, found.source) if found else None


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        (
            "sw-core %%01SHELL/5/CMDRECORD(s)[12]:Recorded command information. (Task=VT0 , Ip=10.0.0.1, VpnName=, "
            'User=amy, AuthenticationMethod="Local-user", Command="vlan batch 10 20")',
            ("huawei_vrp", "changed", "amy", "10.0.0.1"),
        ),
        (
            "HUAWEI %%01SHELL/5/CMDRECORD(l)[3]:Recorded command information. (Task=co0, Ip=**, User=**, "
            'Command="undo stelnet server enable")',
            ("huawei_vrp", "changed", "", ""),
        ),
        (
            "fw-1 %%01CONFIGURATION/6/NETCONF_CONFIG_CHANGE_EVENT(s):CID=0x80; The configuration changed. (Internal "
            "change =0, User name =amy, Session ID =12, Command source address =10.0.0.1, Storage type =1, Terminal "
            "type =0)",
            ("huawei_vrp", "changed", "amy", "10.0.0.1"),
        ),
        (
            "NE %%01CONFIGURATION/6/CFG_FILE_CHANGE(s):CID=0x80; Configuration file was changed. (LogIndex=4, "
            'SrcCmd=1, SrcData=3, DestData=2, TerUser="amy", SrcAddr=10.0.0.1, ConfigChangeId=77)',
            ("huawei_vrp", "changed", "amy", "10.0.0.1"),
        ),
        (
            "HUAWEI DS/4/DATASYNC_CFGCHANGE(l)[9]:OID 1.3.6.1.4.1.2011.5.25.191.3.1 configurations have been changed. "
            "The current change number is 4, the change loop count is 0, and the maximum number of records is 4095.",
            ("huawei_vrp", "changed", "", ""),
        ),
        (
            "HUAWEI %%01SHELL/5/LOGIN(s)[4]:VTY login from 10.0.0.1. (UserName=amy, VpnName=)",
            ("huawei_vrp", "signed-in", "amy", "10.0.0.1"),
        ),
        (
            "H3C %%10CFGMAN/5/CFGMAN_CFGCHANGED: -EventIndex=6-CommandSource=1-ConfigSource=2-ConfigDestination=4; "
            "Configuration changed.",
            ("h3c_comware", "changed", "", ""),
        ),
        (
            "H3C %%10SHELL/6/SHELL_CMD: -Line=vty0-IPAddr=192.168.1.21-User=bob; Command is interface GE1/0/3",
            ("h3c_comware", "changed", "bob", "192.168.1.21"),
        ),
        (
            "H3C %%10SHELL/5/SHELL_LOGIN(l): bob logged in from 192.168.1.21.",
            ("h3c_comware", "signed-in", "bob", "192.168.1.21"),
        ),
        (
            "30: rtr: Nov 26 08:14:02.055: %SYS-5-CONFIG_I: Configured from console by admin on vty0 (10.31.0.24)",
            ("cisco_ios", "changed", "admin", "10.31.0.24"),
        ),
        ("24: rtr: %SYS-SW1-5-CONFIG_I: Configured from console by console", ("cisco_ios", "changed", "console", "")),
        (
            "rtr: %PARSER-5-CFGLOG_LOGGEDCMD: User:amy  logged command:no ip http server",
            ("cisco_ios", "changed", "amy", ""),
        ),
        (
            "rtr: %SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: amy] [Source: 10.0.0.1] [localport: 22] at 08:14",
            ("cisco_ios", "signed-in", "amy", "10.0.0.1"),
        ),
        (
            "001233: *May 22 09:44:36: Ruijie %SYS-5-CONFIG_I: Configured from console by console",
            ("cisco_ios", "changed", "console", ""),
        ),
        (
            "1 2026-11-26T12:19:33.130290Z ruijie SYS 5 CONFIG - Configured from console by carl on vty1 (10.0.0.9)",
            ("ruijie", "changed", "carl", "10.0.0.9"),
        ),
        (
            "sshd[812]: Accepted publickey for netadmin from 10.255.0.10 port 51234 ssh2: ED25519 SHA256:abc",
            ("linux", "signed-in", "netadmin", "10.255.0.10"),
        ),
        (
            "sshd-session[812]: Disconnected from user netadmin 10.9.9.9 port 51234",
            ("linux", "signed-out", "netadmin", "10.9.9.9"),
        ),
        (
            "sudo:    carl : TTY=pts/0 ; PWD=/home/carl ; USER=root ; COMMAND=/usr/sbin/nft flush ruleset",
            ("linux", "changed", "carl", ""),
        ),
    ],
)
def test_what_a_device_says_of_a_change_or_a_person(words: str, meaning: tuple[str, str, str, str]) -> None:
    assert told(words) == meaning


@pytest.mark.parametrize(
    "words",
    [
        '%%01SHELL/5/CMDRECORD(s)[1]:Recorded command information. (Ip=10.0.0.1, User=amy, Command="display cur")',
        '%%01SHELL/5/CMDRECORDFAILED(s)[1]:Recorded command information. (Ip=10.0.0.1, User=amy, Command="vlan x", '
        "Result=Unrecognized)",
        "%%01CONFIGURATION/6/NETCONF_CONFIG_CHANGE_EVENT(s): It changed. (Internal change =1, User name =x)",
        "%%10SHELL/6/SHELL_CMD: -Line=vty0-IPAddr=192.168.1.21-User=bob; Command is display version",
        "%LINK-3-UPDOWN: Interface GigabitEthernet0/1, changed state to up",
        "sshd[1]: Failed password for root from 10.9.9.9 port 22 ssh2",
        "sshd[1]: Connection closed by 10.255.0.10 port 52 [preauth]",
        "sshd[1]: Failed publickey for netadmin from 10.9.9.9 port 22 ssh2: ED25519 SHA256:abc",
        "sshd[1]: Starting session: command for netadmin from 10.9.9.9 port 52 id 0",
        "sshd[1]: Close session: user netadmin from 10.9.9.9 port 52 id 0",
        "",
    ],
)
def test_looking_failing_and_everything_else_is_no_change(words: str) -> None:
    assert told(words) is None


def test_the_time_and_the_sender_are_the_logs_hosts() -> None:
    found = understand(HEAD + "sudo: carl : USER=root ; COMMAND=/bin/true")
    assert found
    assert (found.at, found.address) == (datetime(2026, 11, 26, 0, 14, 3, 120000, UTC), "10.255.0.7")


def test_what_a_device_sends_cannot_break_a_screen() -> None:
    found = understand(HEAD + "%SYS-5-CONFIG_I: Configured from console by \x1b[31mroot\x07 on vty0 (10.0.0.1)")
    assert found
    assert "\x1b" not in found.user + found.words
    assert len(understand(HEAD + "%SYS-5-CONFIG_I: Configured from x by " + "y" * 9000).words) == 300  # type: ignore[union-attr]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120))
def test_no_line_breaks_the_parser(words: str) -> None:
    understand(words)
    understand(HEAD + words)
    understand(HEAD + "%SYS-5-CONFIG_I: Configured from console by " + words)
    understand(HEAD + "%%01SHELL/5/CMDRECORD:" + words)


def test_only_who_signs_in_gives_no_reason_to_look() -> None:
    found = understand(HEAD + "sshd[812]: Accepted publickey for netadmin from 10.9.9.9 port 51234 ssh2")
    assert found
    assert (found.kind, found.changes) == (Kind.SIGNED_IN, False)
