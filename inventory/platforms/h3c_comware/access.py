"""Accounts, their public keys, and the SSH server.

A user's keys are peer public keys that `ssh user` assigns to him. Who has neither a key nor, where passwords sign in, a
password, gets no SSH service. A password is a secret that never stands in the model: its line is understood, and
whether it is any use for signing in is what `ssh user ... authentication-type` says; a user without such a line may
sign in by password, as Comware has it. The SSH server answers at every address.
"""

import re
from typing import Any

from inventory.deviceconfig import DeviceConfig, Ssh, User
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Inside, Line, Table, known
from inventory.platforms.h3c_comware import keys
from inventory.platforms.h3c_comware.ignored import EVERYTHING
from inventory.platforms.h3c_comware.reading import Comware

_WIDTH = 64
_PASSWORDS = {"password": True, "any": True, "publickey": False}


def render_users(config: DeviceConfig) -> list[list[str]]:
    """Return the blocks of the accounts."""
    return [_account(user, config.ssh.password_login) for user in config.users]


def _account(user: User, password: bool) -> list[str]:
    lines = [" service-type ssh"] if user.ssh_keys or password else []
    lines += [" authorization-attribute user-role network-admin"]
    return [f"local-user {user.name} class manage", *lines, *([" state block"] if user.locked else [])]


def render_ssh(config: DeviceConfig) -> list[list[str]]:
    """Return the blocks of the keys, the SSH server and its lines."""
    ssh = config.ssh
    blocks = [_key(_name(user, n), key) for user in config.users for n, key in enumerate(user.ssh_keys)]
    lines = ["ssh server enable", f"ssh server authentication-retries {ssh.max_tries}"]
    for user in config.users:
        names = "".join(f" {_name(user, n)}" for n in range(len(user.ssh_keys)))
        how = {(True, True): "any", (False, True): "publickey", (True, False): "password"}
        kind = how.get((ssh.password_login, bool(names)))
        if kind:
            assigned = f" assign publickey{names}" if names else ""
            lines.append(f"ssh user {user.name} service-type stelnet authentication-type {kind}{assigned}")
    minutes, seconds = divmod(ssh.idle_seconds, 60)
    vty = ["line vty 0 63", " authentication-mode scheme", " protocol inbound ssh"]
    return [*blocks, lines, [*vty, f" idle-timeout {minutes} {seconds}"]]


def _name(user: User, n: int) -> str:
    return user.name if n == 0 else f"{user.name}-{n + 1}"


def _key(name: str, key: str) -> list[str]:
    digits = keys.to_hex(key) or ""
    pieces = [digits[i : i + _WIDTH] for i in range(0, len(digits), _WIDTH)]
    lines = ["  public-key-code begin", *(f"   {p}" for p in pieces), "  public-key-code end", " peer-public-key end"]
    return [f"public-key peer {name}", *lines]


def _peer_key(reading: Comware, line: Line, match: re.Match[str]) -> Inside:
    part = reading.part("key", match[1], line)
    part.setdefault("text", [])
    return Inside(_KEY, part)


def _code(_reading: Comware, line: Line, match: re.Match[str]) -> bool:
    line.scope["lines"].append(line)
    line.scope["text"].append(match[0].replace(" ", ""))
    return True


def _user(reading: Comware, line: Line, match: re.Match[str]) -> Inside:
    return Inside(_LOCAL, reading.part("user", match[1], line))


def _local(field: str) -> Handler[Comware]:
    def handler(reading: Comware, line: Line, match: re.Match[str]) -> bool:
        return reading.put(line.scope, field, match[1])

    return handler


def _ssh_user(reading: Comware, line: Line, match: re.Match[str]) -> bool:
    part = reading.part("ssh user", match[1], line)
    return reading.put(part, "type", match[2]) and reading.put(part, "keys", (match[3] or "").split())


def _server(field: str) -> Handler[Comware]:
    def handler(reading: Comware, _line: Line, match: re.Match[str]) -> bool:
        return reading.put(reading.parts["ssh"][""], field, match[1] if match.re.groups else True)

    return handler


def _idle(reading: Comware, _line: Line, match: re.Match[str]) -> bool:
    return reading.put(reading.parts["ssh"][""], "idle", int(match[1]) * 60 + int(match[2] or 0))


_CODE: Table[Comware] = Table([(r"[0-9A-Fa-f ]+", _code)])
_KEY: Table[Comware] = Table(
    [
        (r"public-key-code begin", lambda _r, line, _m: Inside(_CODE, line.scope)),
        (r"public-key-code end", known),
        (r"peer-public-key end", known),
    ]
)
_LOCAL: Table[Comware] = Table(
    [
        (r"password (?:hash|cipher|simple) .+", known),
        (r"service-type (ssh|terminal|ssh terminal|terminal ssh)", _local("service")),
        (r"authorization-attribute user-role (network-admin|level-15)", _local("role")),
        (r"authorization-attribute user-role (?:network-operator|level-\d|level-1[0-4])", known),
        (r"state (block)", _local("state")),
        (r"state active", known),
    ]
)
_VTY: Table[Comware] = Table(
    [
        (r"authentication-mode scheme", known),
        (r"protocol inbound ssh", known),
        (r"idle-timeout (\d{1,5})(?: (\d{1,2}))?", _idle),
        (r"user-role \S+", known),
    ]
)
RULES: list[tuple[str, Handler[Comware]]] = [
    (r"local-user (\S+)(?: class manage)?", _user),
    (r"public-key peer (\S+)", _peer_key),
    (r"ssh server enable", _server("on")),
    (r"ssh server authentication-retries (\d{1,2})", _server("tries")),
    (r"ssh user (\S+) service-type (?:stelnet|all) authentication-type (password|any|publickey)"
     r"(?: assign publickey((?: \S+)+))?", _ssh_user),
    (r"line vty \d+(?: \d+)?", lambda _r, _l, _m: Inside(_VTY)),
    (r"line (?:con|aux|tty|usb) \d+(?: \d+)?", lambda _r, _l, _m: Inside(EVERYTHING)),
    (r"line class (?:console|aux|tty|usb)", lambda _r, _l, _m: Inside(EVERYTHING)),
    (r"line class vty", lambda _r, _l, _m: Inside(_VTY)),
]  # fmt: skip


def finish(reading: Comware) -> None:
    """Put the accounts and the SSH server together."""
    said = reading.parts["ssh"][""]
    password = any(_by_password(reading, name, user) for name, user in reading.parts["user"].items())
    ssh = attempt(Ssh, password_login=password, max_tries=said.get("tries", 3), idle_seconds=said.get("idle", 600))
    reading.fields["ssh"] = ssh or Ssh()
    if ssh is None:
        reading.lacks("", "ssh server: values that fit")
    if "on" not in said:
        reading.lacks("", "ssh server enable")
    assigned = _assigned(reading)
    users = []
    for name, part in reading.parts["user"].items():
        user = attempt(User, name=name, ssh_keys=assigned.get(name, ()), locked=part.get("state") == "block")
        if user is None:
            reading.refuse_part(part)
            continue
        users.append(user)
        _complete(reading, name, part, password)
    reading.fields["users"] = tuple(users)


def _by_password(reading: Comware, name: str, user: dict[str, Any]) -> bool:
    entry = reading.parts["ssh user"].get(name)
    return "ssh" in user.get("service", "") and (entry is None or _PASSWORDS.get(entry.get("type", ""), False))


def _complete(reading: Comware, name: str, part: dict[str, Any], password: bool) -> None:
    """Say what is lacking for a user to be an administrator who signs in as the others do."""
    if "role" not in part:
        reading.lacks(f"local-user {name}", "authorization-attribute user-role network-admin")
    entry = reading.parts["ssh user"].get(name, {})
    if entry.get("keys") or password:
        if "ssh" not in part.get("service", ""):
            reading.lacks(f"local-user {name}", "service-type ssh")
        elif password and not _by_password(reading, name, part):
            reading.lacks("", f"ssh user {name} ... authentication-type password")


def _assigned(reading: Comware) -> dict[str, list[str]]:
    """Return the keys by user; list the SSH users that nobody is, and the keys that nobody has."""
    found: dict[str, list[str]] = {}
    used: set[str] = set()
    for name, entry in reading.parts["ssh user"].items():
        whole = [keys.from_hex("".join(reading.parts["key"].get(key, {}).get("text", ()))) for key in entry["keys"]]
        if None in whole or name not in reading.parts["user"]:
            reading.refuse_part(entry)
            continue
        found[name] = [key for key in whole if key]
        used |= set(entry["keys"])
    for name, part in reading.parts["key"].items():
        if name not in used:
            reading.refuse_part(part)
    return found
