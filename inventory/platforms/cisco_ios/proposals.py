"""Cipher suites: the model's words (strongSwan's) and IOS's, one table each way. What is not in it is refused."""

from collections.abc import Mapping

_IKE = {"aes128": "aes-cbc-128", "aes192": "aes-cbc-192", "aes256": "aes-cbc-256",
        "aes128gcm16": "aes-gcm-128", "aes256gcm16": "aes-gcm-256"}  # fmt: skip
_ESP = {"aes128": "esp-aes", "aes192": "esp-aes 192", "aes256": "esp-aes 256",
        "aes128gcm16": "esp-gcm", "aes256gcm16": "esp-gcm 256"}  # fmt: skip
_HASHES = ("sha256", "sha384", "sha512")
_GROUPS = {"modp2048": "14", "modp3072": "15", "modp4096": "16", "ecp256": "19", "ecp384": "20", "ecp521": "21"}


def _back(table: Mapping[str, str], word: str | None) -> str | None:
    return next((model for model, ios in table.items() if ios == word), None)


def ike(text: str) -> list[str]:
    """Return the lines of an IKEv2 proposal. Raises KeyError or ValueError for one that IOS does not have."""
    encryption, hashed, group = text.split("-")
    combined = encryption.endswith("gcm16")
    digest = hashed.removeprefix("prf")
    if digest not in _HASHES or combined is not hashed.startswith("prf"):
        raise ValueError(text)
    kind = "prf" if combined else "integrity"
    return [f"encryption {_IKE[encryption]}", f"{kind} {digest}", f"group {_GROUPS[group]}"]


def esp(text: str) -> str:
    """Return the words of a transform set. Raises KeyError or ValueError for one that IOS does not have."""
    encryption, *integrity = text.split("-")
    if encryption.endswith("gcm16") is bool(integrity) or len(integrity) > 1 or not set(integrity) <= set(_HASHES):
        raise ValueError(text)
    return " ".join([_ESP[encryption], *(f"esp-{word}-hmac" for word in integrity)])


def fits(text: str, kind: str) -> bool:
    """Whether IOS has a proposal; `kind` is ike or esp."""
    try:
        (ike if kind == "ike" else esp)(text)
    except (KeyError, ValueError):
        return False
    return True


def read_ike(said: Mapping[str, str]) -> str | None:
    """Return an IKEv2 proposal in the model's words, or None."""
    encryption, group = _back(_IKE, said.get("encryption")), _back(_GROUPS, said.get("group"))
    prf, integrity = said.get("prf"), said.get("integrity")
    if encryption is None or group is None:
        return None
    if encryption.endswith("gcm16"):
        text = f"{encryption}-prf{prf}-{group}" if integrity is None else ""
    else:
        text = f"{encryption}-{integrity}-{group}" if prf in (None, integrity) else ""
    return text if fits(text, "ike") else None


def read_esp(words: str) -> str | None:
    """Return a transform set in the model's words, or None."""
    encryption, _, integrity = words.replace("aes 128", "aes").replace("gcm 128", "gcm").rpartition(" esp-")
    if not encryption:
        encryption, integrity = words.replace("gcm 128", "gcm"), ""
    found = _back(_ESP, encryption)
    text = "-".join(filter(None, [found, integrity.removesuffix("-hmac")]))
    return text if found and fits(text, "esp") else None
