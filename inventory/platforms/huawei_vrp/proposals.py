"""Cipher suites: the model's words (strongSwan's) and VRP's, one table each way. What is not in it is refused."""

from collections.abc import Mapping

_ENCRYPTION = {"aes128": "aes-128", "aes192": "aes-192", "aes256": "aes-256",
               "aes128gcm16": "aes-gcm-128", "aes256gcm16": "aes-gcm-256"}  # fmt: skip
_INTEGRITY = {"sha256": "sha2-256", "sha384": "sha2-384", "sha512": "sha2-512"}
_GROUPS = {"modp2048": "group14", "modp3072": "group15", "modp4096": "group16", "ecp256": "group19",
           "ecp384": "group20", "ecp521": "group21"}  # fmt: skip
_ESP_GCM = "aes128gcm16", "aes256gcm16"


def _back(table: Mapping[str, str], word: str | None) -> str | None:
    return next((model for model, vrp in table.items() if vrp == word), None)


def ike(text: str) -> list[str]:
    """Return the lines of an IKE proposal. Raises KeyError or ValueError for one that VRP does not have."""
    encryption, hashed, group = text.split("-")
    lines = [f"encryption-algorithm {_ENCRYPTION[encryption]}", f"dh {_GROUPS[group]}"]
    lines += ["authentication-method pre-share"]
    if encryption in _ESP_GCM:
        if not hashed.startswith("prf"):
            raise ValueError(text)
        return [*lines, f"prf hmac-{_INTEGRITY[hashed.removeprefix('prf')]}"]
    hashed = _INTEGRITY[hashed]
    return [*lines, f"integrity-algorithm hmac-{hashed}", f"prf hmac-{hashed}"]


def esp(text: str) -> list[str]:
    """Return the lines of an IPsec proposal. Raises KeyError or ValueError for one that VRP does not have."""
    encryption, *integrity = text.split("-")
    lines = ["encapsulation-mode tunnel", f"esp encryption-algorithm {_ENCRYPTION[encryption]}"]
    if (encryption in _ESP_GCM) is bool(integrity) or len(integrity) > 1:
        raise ValueError(text)
    return lines + [f"esp authentication-algorithm {_INTEGRITY[word]}" for word in integrity]


def fits(text: str, kind: str) -> bool:
    """Whether VRP has a proposal; `kind` is ike or esp."""
    try:
        (ike if kind == "ike" else esp)(text)
    except (KeyError, ValueError):
        return False
    return True


def read_ike(said: Mapping[str, str]) -> str | None:
    """Return an IKE proposal in the model's words, or None."""
    encryption, group = _back(_ENCRYPTION, said.get("encryption")), _back(_GROUPS, said.get("dh"))
    prf = _back(_INTEGRITY, said.get("prf", "").removeprefix("hmac-"))
    integrity = _back(_INTEGRITY, said.get("integrity", "").removeprefix("hmac-"))
    if encryption is None or group is None or prf is None:
        return None
    if encryption in _ESP_GCM:
        return f"{encryption}-prf{prf}-{group}" if "integrity" not in said else None
    return f"{encryption}-{integrity}-{group}" if integrity == prf else None


def read_esp(said: Mapping[str, str]) -> str | None:
    """Return an IPsec proposal in the model's words, or None."""
    encryption = _back(_ENCRYPTION, said.get("encryption"))
    integrity = _back(_INTEGRITY, said.get("integrity"))
    if encryption is None or (encryption in _ESP_GCM) is bool(said.get("integrity")):
        return None
    if encryption in _ESP_GCM:
        return encryption
    return f"{encryption}-{integrity}" if integrity else None
