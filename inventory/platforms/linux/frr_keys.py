"""The keys of OSPF neighbours in ospfd's file, which belongs to FRR's group then: nobody else reads it. Pure.

FRR 8.4 takes `ip ospf message-digest-key` for a key that it has, and `ip ospf authentication` for that it counts; one
without the other is listed with all that is said of OSPF on the interface, but for the key, which no mask would know.
"""

import re
from collections.abc import Mapping
from typing import Any

from inventory.deviceconfig import DeviceConfig, OspfInterface
from inventory.platforms.linux.frr_tree import OSPFD
from inventory.platforms.linux.text import File, Files

MODE, GROUP = "0640", "frr"
DIGEST, KEY = "ip ospf authentication message-digest", "ip ospf message-digest-key"
GIVEN = rf"{KEY} 1 md5 (\S+)"
_SECRET = re.compile(rf"({KEY} \d+|ip ospf authentication-key) .+")


def lines(ospf: OspfInterface) -> list[str]:
    """Return the lines of an interface."""
    return [DIGEST, f"{KEY} 1 md5 {ospf.key.get_secret_value()}"] if ospf.key else []


def closed(files: Mapping[str, File], config: DeviceConfig) -> dict[str, File]:
    """Return files in which ospfd's is closed to others where it holds keys."""
    held = any(item.ospf and item.ospf.key for item in config.interfaces)
    return {path: File(MODE, part.lines) if held and path == OSPFD else part for path, part in files.items()}


def are_in(files: Files) -> bool:
    """Whether ospfd's file holds keys."""
    return OSPFD in files and files[OSPFD].mode == MODE


def of(lines: set[str]) -> set[str]:
    """Return those lines that give a key."""
    return {line for line in lines if line.startswith(f"{KEY} ")}


def removal(line: str) -> str:
    """Return what takes a secret back without saying it; "" for a line without one."""
    secret = _SECRET.fullmatch(line)
    return f"no {secret[1]}" if secret else ""


def whole(fields: dict[str, Any]) -> bool:
    """Take what is said of a key out of an interface's fields unless it counts; return whether it does, or none is."""
    if fields.pop("digest", False) is ("key" in fields):
        return True
    fields.pop("key", None)
    return False
