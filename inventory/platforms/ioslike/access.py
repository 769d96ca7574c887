"""Accounts, their public keys, and the SSH server.

Neither system prints a public key: IOS prints its MD5 (`key-hash`), RGOS the name of a file on its flash. So a key of
the model may be `ssh-rsa-md5 HEX`, which `hashed` makes of a whole one; IOS takes that as it is, and on RGOS it is in
the file's name, `flash:USER-HEX.pub`. A password is a secret that never stands in the model: its line is understood.
"""

import base64
import binascii
import hashlib
import re
from typing import Any

from inventory.deviceconfig import DeviceConfig, Ssh, User
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Inside, Line, Table, known
from inventory.platforms.ioslike.dialect import Dialect
from inventory.platforms.ioslike.reading import Ios, flag, noted, opening, setting

WHOLE, HASH = "ssh-rsa", "ssh-rsa-md5"
_WIDTH = 72
_IDLE, _TRIES = 600, 3
"""the defaults, where a line is not there; seconds and attempts"""


def hashed(key: str) -> str:
    """Return a key as these systems print it: `ssh-rsa-md5 HEX` for an RSA key, any other as it is."""
    kind, _, text = key.partition(" ")
    if kind != WHOLE:
        return key
    try:
        blob = base64.b64decode(text, validate=True)
    except binascii.Error:
        return key
    return f"{HASH} {hashlib.md5(blob, usedforsecurity=False).hexdigest().upper()}"


def chain(name: str, key: str) -> list[str]:
    """Return the lines of a key as IOS takes it; the user's name stands above them."""
    kind, _, text = key.partition(" ")
    if kind == HASH:
        return [f"  username {name}", f"   key-hash {WHOLE} {text}"]
    pieces = [text[i : i + _WIDTH] for i in range(0, len(text), _WIDTH)]
    return [f"  username {name}", "   key-string", *(f"    {piece}" for piece in pieces)]


def file(name: str, key: str) -> list[str]:
    """Return the line of a key as RGOS takes it."""
    return [f"ip ssh peer {name} public-key rsa flash:{name}-{key.partition(' ')[2]}.pub"]


def render_users(_dialect: Dialect, config: DeviceConfig) -> list[list[str]]:
    """Return the block of the accounts."""
    return [[f"username {user.name} privilege 15" for user in config.users]] if config.users else []


def render_ssh(dialect: Dialect, config: DeviceConfig) -> list[list[str]]:
    """Return the lines of the SSH server and the keys."""
    ssh = config.ssh
    lines = [dialect.ssh_on] if dialect.ssh_on else []
    lines += [f"ip ssh authentication-retries {ssh.max_tries}"] if ssh.max_tries != _TRIES else []
    lines += ["ip ssh version 2"]
    lines += [dialect.keys_only] if dialect.keys_only and not ssh.password_login else []
    keys = [line for user in config.users for key in user.ssh_keys for line in dialect.write_key(user.name, key)]
    head = [dialect.key_head] if dialect.key_head and keys else []
    return [[*lines, *head, *keys]]


def render_vty(dialect: Dialect, config: DeviceConfig) -> list[list[str]]:
    """Return the blocks of the remote terminals."""
    minutes, seconds = divmod(config.ssh.idle_seconds, 60)
    idle = [f" exec-timeout {minutes} {seconds}"] if config.ssh.idle_seconds != _IDLE else []
    return [[f"line vty {n}", *idle, " login local", " transport input ssh"] for n in dialect.vty]


def _user(reading: Ios, line: Line, match: re.Match[str]) -> bool:
    user = reading.part("user", match[1], line)
    return match[2] is None or reading.put(user, "level", match[2])


def _key_user(reading: Ios, line: Line, match: re.Match[str]) -> Inside:
    part = reading.part("key user", match[1], line)
    part.setdefault("keys", [])
    return Inside(_KEYS, part)


def _key_hash(_reading: Ios, line: Line, match: re.Match[str]) -> bool:
    line.scope["lines"].append(line)
    line.scope["keys"].append([HASH, match[1].upper()])
    return True


def _key_string(_reading: Ios, line: Line, _match: re.Match[str]) -> Inside:
    line.scope["lines"].append(line)
    line.scope["keys"].append([WHOLE])
    return Inside(_STRING, line.scope)


def _piece(_reading: Ios, line: Line, match: re.Match[str]) -> bool:
    line.scope["lines"].append(line)
    line.scope["keys"][-1] += match[0].removeprefix("ssh-rsa ").split()
    return True


def _file(reading: Ios, line: Line, match: re.Match[str]) -> bool:
    part = reading.part("key user", match[1], line)
    part.setdefault("keys", []).append([HASH, match[2].upper()])
    return True


def _ssh(field: str) -> Handler[Ios]:
    def handler(reading: Ios, _line: Line, match: re.Match[str]) -> bool:
        return reading.put(reading.parts["ssh"][""], field, match[1] if match.re.groups else True)

    return handler


def _idle(reading: Ios, line: Line, match: re.Match[str]) -> bool:
    line.scope["lines"].append(line)
    return reading.put(line.scope, "idle", int(match[1]) * 60 + int(match[2] or 0))


_STRING: Table[Ios] = Table([(r"(?:ssh-rsa )?[A-Za-z0-9+/]+={0,2}", _piece)])
_KEYS: Table[Ios] = Table([(r"key-hash ssh-rsa ([0-9A-Fa-f]{32})(?: \S+)?", _key_hash), (r"key-string", _key_string)])
_CHAIN: Table[Ios] = Table([(r"username (\S+)", _key_user)])
_VTY: Table[Ios] = Table(
    [
        (r"exec-timeout (\d{1,5})(?: (\d{1,7}))?", _idle),
        (r"login local", setting("login", True)),
        (r"transport input ssh", setting("ssh", True)),
        (r"privilege level 15", noted),
        (r"logging synchronous", noted),
        (r"length \d+", noted),
        (r"width \d+", noted),
    ]
)
_KEPT = r"(?: (?:secret|password)(?: \d)? \S.*)?"
RULES: list[tuple[str, Handler[Ios]]] = [
    (rf"username (\S+)(?: privilege (15))?{_KEPT}", _user),
    (r"ip ssh pubkey-chain", lambda _r, _l, _m: Inside(_CHAIN)),
    (r"ip ssh peer (\S+) public-key rsa flash:\1-([0-9A-Fa-f]{32})\.pub", _file),
    (r"ip ssh version 2", known),
    (r"ip ssh authentication-retries (\d)", _ssh("tries")),
    (r"ip ssh server algorithm authentication publickey", _ssh("keys only")),
    (r"enable service ssh-server", _ssh("on")),
    (r"line vty (\d+(?: \d+)?)", opening("vty", _VTY)),
    (r"aaa new-model", flag("aaa")),
    (r"aaa authentication login default local", known),
    (r"aaa authorization exec default local", known),
    (r"aaa session-id common", known),
]


def finish(reading: Ios) -> None:
    """Put the accounts and the SSH server together."""
    said, dialect = reading.parts["ssh"][""], reading.dialect
    idle = {part.get("idle", _IDLE) for part in reading.parts["vty"].values()} or {_IDLE}
    if dialect.ssh_on and "on" not in said:
        reading.lacks("", dialect.ssh_on)
    _vty(reading, len(idle) > 1)
    found = attempt(
        Ssh,
        password_login=not said.get("keys only"),
        max_tries=said.get("tries", _TRIES),
        idle_seconds=max(idle),
    )
    reading.fields["ssh"] = found or Ssh()
    _users(reading)


def _vty(reading: Ios, differ: bool) -> None:
    if not reading.parts["vty"]:
        reading.lacks("", "line vty 0 4")
    for name, part in reading.parts["vty"].items():
        part |= {"login": True} if "aaa" in reading.flags else {}
        for field, line in (("login", "login local"), ("ssh", "transport input ssh")):
            if field not in part:
                reading.lacks(f"line vty {name}", line)
        if differ:
            reading.refuse_part(part)


def _users(reading: Ios) -> None:
    users = []
    for name, said in reading.parts["user"].items():
        keys = _keys(reading.parts["key user"].get(name, {}))
        user = attempt(User, name=name, ssh_keys=keys)
        if user is None:
            reading.refuse_part(said)
            continue
        users.append(user)
        if "level" not in said:
            reading.lacks("", f"username {name} privilege 15")
    reading.fields["users"] = tuple(users)
    for name, part in reading.parts["key user"].items():
        if name not in {user.name for user in users}:
            reading.refuse_part(part)


def _keys(part: dict[str, Any]) -> list[str]:
    return [f"{kind} {''.join(pieces)}" for kind, *pieces in part.get("keys", ())]
