"""Cipher suites: the model's words (strongSwan's) and Comware's, one table each way. What is not in it is refused.

Comware's IKEv2 proposals have no AES-GCM and no Curve25519; its ESP has AES-GCM.
"""

from collections.abc import Mapping

_IKE = {"aes128": "aes-cbc-128", "aes192": "aes-cbc-192", "aes256": "aes-cbc-256"}
_ESP = _IKE | {"aes128gcm16": "gcm-128", "aes192gcm16": "gcm-192", "aes256gcm16": "gcm-256"}
_INTEGRITY = {"sha256": "sha256", "sha384": "sha384", "sha512": "sha512"}
_GROUPS = {"modp2048": "group14", "ecp256": "group19", "ecp384": "group20"}


def _back(table: Mapping[str, str], word: str | None) -> str | None:
    return next((model for model, written in table.items() if written == word), None)


def ike(text: str) -> list[str]:
    """Return the lines of an IKEv2 proposal. Raises KeyError or ValueError for one that Comware does not have."""
    encryption, hashed, group = text.split("-")
    lines = [f"encryption {_IKE[encryption]}", f"integrity {_INTEGRITY[hashed]}", f"dh {_GROUPS[group]}"]
    return [*lines, f"prf {_INTEGRITY[hashed]}"]


def esp(text: str) -> list[str]:
    """Return the lines of a transform set. Raises KeyError or ValueError for one that Comware does not have."""
    encryption, *integrity = text.split("-")
    if ("gcm" in encryption) is bool(integrity) or len(integrity) > 1:
        raise ValueError(text)
    lines = [f"esp encryption-algorithm {_ESP[encryption]}"]
    return lines + [f"esp authentication-algorithm {_INTEGRITY[word]}" for word in integrity]


def fits(text: str, kind: str) -> bool:
    """Whether Comware has a proposal; `kind` is ike or esp."""
    try:
        (ike if kind == "ike" else esp)(text)
    except (KeyError, ValueError):
        return False
    return True


def read_ike(said: Mapping[str, str]) -> str | None:
    """Return an IKEv2 proposal in the model's words, or None."""
    encryption, group = _back(_IKE, said.get("encryption")), _back(_GROUPS, said.get("dh"))
    integrity, prf = _back(_INTEGRITY, said.get("integrity")), _back(_INTEGRITY, said.get("prf"))
    if encryption is None or group is None or integrity is None or integrity != prf:
        return None
    return f"{encryption}-{integrity}-{group}"


def read_esp(said: Mapping[str, str]) -> str | None:
    """Return a transform set in the model's words, or None."""
    encryption, integrity = _back(_ESP, said.get("encryption")), _back(_INTEGRITY, said.get("integrity"))
    if encryption is None or ("gcm" in encryption) is ("integrity" in said):
        return None
    if "gcm" in encryption:
        return encryption
    return f"{encryption}-{integrity}" if integrity else None
