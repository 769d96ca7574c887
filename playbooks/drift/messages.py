"""What devices say of changes and of who signs in: one line of syslog in, what it means out. Pure; never raises.

The lines are as the logs host keeps them (`playbooks/servers/roles/logs`): the time at which it received the line, the
time the device named, the sender's address, facility and severity, then the message. Time and device are the logs
host's: a device may name any. The words stay the device's and prove nothing by themselves; they trigger a look at the
device and name a suspect.

Sources: Huawei and H3C log references (SHELL, CFGMAN, CFM, CONFIGURATION), Cisco IOS system messages (SYS, PARSER),
Ruijie syslog guides (RFC 3164 and RFC 5424 forms), OpenSSH and sudo on Debian.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

WORDS = 300
"""so many letters of a message are kept"""


class Kind(StrEnum):
    """What a message tells."""

    CHANGED = "changed"
    """the configuration was, or may have been, changed"""
    SIGNED_IN = "signed-in"
    SIGNED_OUT = "signed-out"
    """from a device that says nothing of changes: whoever left may have made one"""


@dataclass(frozen=True)
class Message:
    """What one line means; `user` and `source` are empty when it does not say."""

    at: datetime
    address: str
    kind: Kind
    platform: str
    user: str
    source: str
    words: str

    @property
    def changes(self) -> bool:
        """Whether to look at the device."""
        return self.kind is not Kind.SIGNED_IN


_IPV4 = r"\d+\.\d+\.\d+\.\d+"
_LINE = re.compile(r"(\S+) (\S+) (\S+) (\w+\.\w+) (.*)", re.DOTALL)
_NOBODY = {"**", "*", "-", "", "unknown"}
_FIELD = re.compile(r"""-?\b([A-Za-z]+(?: [a-z]+)*) ?= ?("[^"]*"|\[[^\]]*\]|[^,;()\s]*)""")
_LOOKING = re.compile(
    r"(?i)\s*(dis(p(l(a(y)?)?)?)?|show|ping|tracert|traceroute|q(u(i(t)?)?)?|return|exit|end|sys(t(e(m(-view)?)?)?)?|"
    r"screen-length|save|more|dir|terminal|(undo )?debugging|conf(ig(ure)?)? t(erminal)?|language-mode|super)\b.*"
)
"""commands that change no configuration"""


def understand(line: str) -> Message | None:
    """Return what a line of the logs host means, None when it tells nothing of changes or people."""
    found = _LINE.fullmatch(line.rstrip("\n"))
    if found is None:
        return None
    try:
        at = datetime.fromisoformat(found[1])
    except ValueError:
        return None
    if at.tzinfo is None:
        return None
    return _said(at.astimezone(UTC), found[3], found[5])


def _said(at: datetime, address: str, words: str) -> Message | None:
    for pattern, platform, meaning in _PATTERNS:
        match = pattern.search(words)
        if match is not None:
            told = meaning(match)
            if told is None:
                return None
            kind, user, source = told
            clean = _printable(words)[:WORDS]
            return Message(at, address, kind, platform, _named(user), _named(source), clean)
    return None


def _named(word: str | None) -> str:
    word = _printable((word or "").strip().strip('"[]'))[:80]
    return "" if word in _NOBODY else word


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)


Told = tuple[Kind, str | None, str | None]
Meaning = Callable[[re.Match[str]], Told | None]


def _fields(text: str) -> Mapping[str, str]:
    return {name.replace(" ", "").lower(): value for name, value in _FIELD.findall(text)}


def _recorded(match: re.Match[str]) -> Told | None:
    """VRP records every command of a session; those that only look are none."""
    fields = _fields(match[1])
    command = match[1].partition("Command=")[2].strip(' ")')
    if _LOOKING.fullmatch(command):
        return None
    return Kind.CHANGED, fields.get("user"), fields.get("ip")


def _fielded(user: str, source: str) -> Meaning:
    def meaning(match: re.Match[str]) -> Told:
        fields = _fields(match[1])
        return Kind.CHANGED, fields.get(user), fields.get(source)

    return meaning


def _unless_inner(match: re.Match[str]) -> Told | None:
    """VRP8 says of changes that it makes by itself that they are internal."""
    fields = _fields(match[1])
    if fields.get("internalchange", "0") not in ("0", "false"):
        return None
    return Kind.CHANGED, fields.get("username"), fields.get("commandsourceaddress")


def _vrp_login(match: re.Match[str]) -> Told:
    """VRP: `VTY login from 10.0.0.1`, or fields `UserName=amy, Ip=10.0.0.1`."""
    fields, place = _fields(match[1]), re.search(rf"from ({_IPV4})", match[1])
    source = place[1] if place else fields.get("ip", fields.get("ipaddress"))
    return Kind.SIGNED_IN, fields.get("username", fields.get("user")), source


def _shell_command(match: re.Match[str]) -> Told | None:
    """Comware: `-Line=vty0-IPAddr=10.0.0.1-User=amy; Command is vlan 10`."""
    if _LOOKING.fullmatch(match["command"]):
        return None
    return Kind.CHANGED, match["user"], match["source"]


def _by(kind: Kind) -> Meaning:
    def meaning(match: re.Match[str]) -> Told:
        named = match.groupdict()
        return kind, named.get("user"), named.get("source")

    return meaning


_TABLE: tuple[tuple[str, str, Meaning], ...] = (
    # CFGMAN is a module of both; the whole name tells which
    (r"CFGMAN/\d/CFGMAN_CFGCHANGED\b[^:]*:(.*)", "h3c_comware", _fielded("user", "ipaddr")),
    # Huawei VRP
    (r"SHELL/\d/CMDRECORD\b[^:]*:(.*)", "huawei_vrp", _recorded),
    (r"CONFIGURATION/\d/NETCONF_CONFIG_CHANGE_EVENT\b[^:]*:(.*)", "huawei_vrp", _unless_inner),
    (r"CONFIGURATION/\d/CFG_FILE_CHANGE\b[^:]*:(.*)", "huawei_vrp", _fielded("teruser", "srcaddr")),
    (r"(?:CFGMAN|CFM|CFGMGR)/\d/\w*(?:hwCfgChange|CFG_?CHANGE|CHGEND)\w*[^:]*:(.*)", "huawei_vrp",
     _fielded("terminaluser", "cmdsrcaddress")),
    (r"(?:hwCfgChange|2011\.6\.10\.2\.1)(.*)", "huawei_vrp", _fielded("terminaluser", "cmdsrcaddress")),
    (r"SHELL/\d/LOGIN\b[^:]*:(.*)", "huawei_vrp", _vrp_login),
    (r"DS/\d/DATASYNC_CFGCHANGE\b", "huawei_vrp", _by(Kind.CHANGED)),
    # H3C Comware 7
    (r"SHELL/\d/SHELL_CMD\b[^:]*: ?-Line=[^-]*-IPAddr=(?P<source>[^-]*)-User=(?P<user>[^;]*); ?"
     r"Command is (?P<command>.*?)\.?$", "h3c_comware", _shell_command),
    (rf"SHELL/\d/SHELL_LOGIN\b[^:]*: ?(?:(?P<user>\S+) )?(?:VTY |TTY )?logged in from (?P<source>{_IPV4}|\S+?)\.?$",
     "h3c_comware", _by(Kind.SIGNED_IN)),
    # Cisco IOS, and Ruijie after it
    (rf"%SYS-(?:SW\d+-)?5-CONFIG_I: Configured from \S+ by (?P<user>.+?)(?: on \S+)?(?: \((?P<source>{_IPV4})\))?$",
     "cisco_ios", _by(Kind.CHANGED)),
    (r"%PARSER-5-CFGLOG_LOGGEDCMD: ?User:(?P<user>\S+) ", "cisco_ios", _by(Kind.CHANGED)),
    (rf"%SEC_LOGIN-5-LOGIN_SUCCESS: Login Success \[user: (?P<user>[^\]]*)\] \[Source: (?P<source>{_IPV4})\]",
     "cisco_ios", _by(Kind.SIGNED_IN)),
    (rf"\bSYS 5 CONFIG(?:_I)? \S+ Configured from \S+ by (?P<user>.+?)(?: on \S+)?(?: \((?P<source>{_IPV4})\))?$",
     "ruijie", _by(Kind.CHANGED)),
    # Linux
    (r"\bsshd(?:-session)?\[\d+\]: Accepted \S+ for (?P<user>\S+) from (?P<source>\S+) port \d+", "linux",
     _by(Kind.SIGNED_IN)),
    (r"\bsshd(?:-session)?\[\d+\]: Disconnected from user (?P<user>\S+) (?P<source>\S+) port \d+", "linux",
     _by(Kind.SIGNED_OUT)),
    (r"\bsudo(?:\[\d+\])?: +(?P<user>\S+) : (?:.*; )?USER=\S+ ; (?:ENV=.* ; )?COMMAND=", "linux", _by(Kind.CHANGED)),
)  # fmt: skip
_PATTERNS = tuple((re.compile(pattern), platform, meaning) for pattern, platform, meaning in _TABLE)
