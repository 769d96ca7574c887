"""Accounts, their public keys, and the SSH server.

A user's key is a peer public key of his name, one of RSA and one of ECDSA at most, as VRP assigns them. A password is a
secret that never stands in the model: its line is understood, and whether it is any use for signing in is what
`ssh user ... authentication-type` and `ssh authentication-type default` say.
"""

import re
from collections.abc import Iterable
from typing import Any

from inventory.deviceconfig import DeviceConfig, Ssh, User
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Inside, Line, Table, known
from inventory.platforms.holders import holder
from inventory.platforms.huawei_vrp.reading import Vrp

KINDS = {"ssh-rsa": "rsa", "ecdsa-sha2-nistp256": "ecc", "ecdsa-sha2-nistp384": "ecc", "ecdsa-sha2-nistp521": "ecc"}
"""types of keys that VRP can be given, and what it calls them"""
_WIDTH = 64
_PASSWORDS = {"password": True, "all": True, "password-rsa": True, "password-publickey": True}
_PASSWORDS |= {"password-ecc": True, "rsa": False, "ecc": False, "publickey": False}


def render_aaa(config: DeviceConfig) -> list[list[str]]:
    """Return the block of the accounts."""
    return [["aaa", *_accounts(config.users)]] if config.users else []


def _accounts(users: Iterable[User]) -> list[str]:

    found = []
    for user in users:
        found += [f" local-user {user.name} privilege level 15", f" local-user {user.name} service-type ssh"]
        found += [f" local-user {user.name} state block"] if user.locked else []
    return found


def render_ssh(config: DeviceConfig) -> list[list[str]]:
    """Return the blocks of the keys, the SSH server and its lines."""
    ssh = config.ssh
    blocks = [_key(user.name, key) for user in config.users for key in user.ssh_keys]
    port = holder(config, ssh.listen) if ssh.listen else None
    lines = ["stelnet server enable", f"ssh server-source {f'-i {port}' if port else 'all-interface'}"]
    lines += [f"ssh server authentication-retries {ssh.max_tries}"]
    lines += ["ssh authentication-type default password"] if ssh.password_login else []
    for user in config.users:
        lines += [f"ssh user {user.name}"]
        lines += [f"ssh user {user.name} authentication-type {'all' if ssh.password_login else 'publickey'}"]
        lines += [f"ssh user {user.name} assign {_kind(key)}-key {user.name}" for key in user.ssh_keys]
        lines += [f"ssh user {user.name} service-type stelnet"]
    minutes, seconds = divmod(ssh.idle_seconds, 60)
    vty = ["user-interface vty 0 4", " authentication-mode aaa", f" idle-timeout {minutes} {seconds}"]
    return [*blocks, lines, [*vty, " protocol inbound ssh"]]


def _kind(key: str) -> str:
    return KINDS[key.split()[0]]


def _key(name: str, key: str) -> list[str]:
    pieces = [key[i : i + _WIDTH] for i in range(0, len(key), _WIDTH)]
    head = f"{_kind(key)} peer-public-key {name} encoding-type openssh"
    lines = [" public-key-code begin", *(f"  {p}" for p in pieces), " public-key-code end", " peer-public-key end"]
    return [head, *lines]


def _peer_key(reading: Vrp, line: Line, match: re.Match[str]) -> Inside:
    part = reading.part("key", (match[1], match[2]), line)
    part.setdefault("text", [])
    return Inside(_KEY, part)


def _begin(_reading: Vrp, line: Line, _match: re.Match[str]) -> Inside:
    return Inside(_CODE, line.scope)


def _code(_reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    line.scope["lines"].append(line)
    line.scope["text"].append(match[0])
    return True


def _local(field: str) -> Handler[Vrp]:
    def handler(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
        return reading.put(reading.part("user", match[1], line), field, match[2])

    return handler


def _password(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    reading.part("user", match[1], line)
    return True


def _ssh_user(field: str) -> Handler[Vrp]:
    def handler(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
        reading.pending["ssh user"].append((line, (field, *match.groups())))
        return True

    return handler


def _server(field: str) -> Handler[Vrp]:
    def handler(reading: Vrp, _line: Line, match: re.Match[str]) -> bool:
        return reading.put(reading.parts["ssh"][""], field, match[match.re.groups] if match.re.groups else True)

    return handler


def _idle(reading: Vrp, _line: Line, match: re.Match[str]) -> bool:
    return reading.put(reading.parts["ssh"][""], "idle", int(match[1]) * 60 + int(match[2] or 0))


def _listen(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    reading.pending["listen"].append((line, match[1]))
    return True


_CODE: Table[Vrp] = Table([(r"[A-Za-z0-9+/=@. -]+", _code)])
_KEY: Table[Vrp] = Table(
    [(r"public-key-code begin", _begin), (r"public-key-code end", known), (r"peer-public-key end", known)]
)
_VTY: Table[Vrp] = Table(
    [
        (r"authentication-mode aaa", known),
        (r"protocol inbound ssh", known),
        (r"idle-timeout (\d{1,5})(?: (\d{1,2}))?", _idle),
        (r"user privilege level 15", known),
    ]
)
_AAA: Table[Vrp] = Table(
    [
        (r"local-user (\S+) password (?:irreversible-cipher|cipher|simple) .+", _password),
        (r"local-user (\S+) privilege level (15)", _local("level")),
        (r"local-user (\S+) level (15)", _local("level")),
        (r"local-user (\S+) service-type (ssh|terminal ssh|ssh terminal)", _local("service")),
        (r"local-user (\S+) state (block)", _local("state")),
        (r"(?:authentication|authorization|accounting)-scheme default", lambda _r, _l, _m: Inside(_SCHEME)),
        (r"domain default(?:_admin)?", lambda _r, _l, _m: Inside(_DOMAIN)),
    ]
)
_SCHEME: Table[Vrp] = Table(
    [
        (r"authentication-mode local", known),
        (r"authorization-mode local", known),
        (r"accounting-mode none", known),
    ]
)
_DOMAIN: Table[Vrp] = Table([(r"(?:authentication|authorization|accounting)-scheme default", known)])
RULES: list[tuple[str, Handler[Vrp]]] = [
    (r"aaa", lambda _r, _l, _m: Inside(_AAA)),
    (r"(rsa|ecc) peer-public-key (\S+)(?: encoding-type openssh)?", _peer_key),
    (r"stelnet (?:ipv4 )?server enable", _server("on")),
    (r"ssh server-source (?:-i (\S+)|all-interface)", _listen),
    (r"ssh server authentication-retries (\d{1,2})", _server("tries")),
    (r"ssh authentication-type default (password)", _server("password")),
    (r"ssh user (\S+)", _ssh_user("name")),
    (r"ssh user (\S+) authentication-type (\S+)", _ssh_user("type")),
    (r"ssh user (\S+) assign (rsa|ecc)-key (\S+)", _ssh_user("key")),
    (r"ssh user (\S+) service-type stelnet", _ssh_user("service")),
    (r"user-interface vty \d+(?: \d+)?", lambda _r, _l, _m: Inside(_VTY)),
    (r"user-interface maximum-vty \d+", known),
]


def finish(reading: Vrp) -> None:
    """Put the accounts and the SSH server together, after the interfaces."""
    said = reading.parts["ssh"][""]
    password = "password" in said or any(
        field == "type" and _PASSWORDS.get(more[0]) for _, (field, _name, *more) in reading.pending["ssh user"]
    )
    listen = None
    for line, port in reading.pending["listen"]:
        listen = reading.own(port) if port else None
        if port and listen is None:
            reading.refuse(line)
    ssh = attempt(
        Ssh,
        listen=listen,
        password_login=password,
        max_tries=said.get("tries", 3),
        idle_seconds=said.get("idle", 600),
    )
    reading.fields["ssh"] = ssh or Ssh()
    if "on" not in said:
        reading.lacks("", "stelnet server enable")
    _users(reading, password)


def _users(reading: Vrp, password: bool) -> None:
    keys = _assigned(reading, password)
    users = []
    for name, said in reading.parts["user"].items():
        user = attempt(User, name=name, ssh_keys=keys.get(name, ()), locked=said.get("state") == "block")
        if user is None:
            reading.refuse_part(said)
            continue
        users.append(user)
        for field, line in (("level", "privilege level 15"), ("service", "service-type ssh")):
            if field not in said:
                reading.lacks("aaa", f"local-user {name} {line}")
    reading.fields["users"] = tuple(users)


def _assigned(reading: Vrp, password: bool) -> dict[str, list[str]]:
    """Return the keys by user; list the SSH users that nobody is, and the keys that nobody has."""
    found: dict[str, list[str]] = {}
    used = set()
    for line, (field, name, *more) in reading.pending["ssh user"]:
        good = name in reading.parts["user"]
        if field == "type":
            good = good and _PASSWORDS.get(more[0]) is password
        if field == "key":
            key = _whole(reading.parts["key"].get((more[0], more[1]), {}))
            good = good and key is not None
            if good and key is not None:
                found.setdefault(name, []).append(key)
                used.add((more[0], more[1]))
        if not good:
            reading.refuse(line)
    for name_of_key, part in reading.parts["key"].items():
        if name_of_key not in used:
            reading.refuse_part(part)
    return found


def _whole(part: dict[str, Any]) -> str | None:
    """Return a key as `type base64`, without its comment."""
    lines = part.get("text", [])
    tokens = "".join(lines).split(" ")
    return " ".join(tokens[:2]) if len(tokens) > 1 and tokens[0] in KINDS else None
