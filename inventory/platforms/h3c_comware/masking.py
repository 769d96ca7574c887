"""Secrets out of sight: every form in which Comware writes one becomes the same eight stars.

Comware enciphers a secret anew each time it is configured, so the cipher text of an unchanged secret differs. All
secrets have one mask, so a difference of masked texts shows a secret that came or went and never one that was salted
again.
"""

import re

MASK = "********"
_CIPHER = re.compile(r"\$(?:c|h)\$\d+\$[^\s\"]+")
_KINDS = "simple|cipher|plaintext|ciphertext|plain|hash"
_KIND = rf"(?:(?:{_KINDS})\s+)"
_NEVER = rf"(?:\*{{8}}|{_KINDS}|key|address|hostname|authentication-mode)(?:\s|$)|\S+\s+(?:{_KINDS})?\s*\*{{8}}"
_WORD = rf"(?!{_NEVER})(\"[^\"]*\"|\S+)"
"""a secret: no mask, no word that says how the secret is written, and nothing that stands before a mask"""
_FORMS = (
    rf"\bpassword\s+{_KIND}{_WORD}",
    rf"\bpre-shared-key\s+(?:(?:address|hostname)\s+(?:ipv6\s+)?\S+\s+(?:\d\S*\s+)?)?(?:key\s+)?{_KIND}?{_WORD}",
    rf"\bcommunity\s+(?:read|write)\s+{_KIND}?{_WORD}",
    rf"\bauthentication-mode\s+(?:md5|sha\d*|sm3|hmac-\S+|simple)\s+(?:\d{{1,3}}\s+)?{_KIND}?{_WORD}",
    rf"\bprivacy-mode\s+(?:3des|des56|aes\d+|sm4)\s+{_KIND}?{_WORD}",
    rf"\b(?:key|key-string|accounting|authentication|authorization|shared-key|passphrase|secret)\s+{_KIND}{_WORD}",
    rf"\bauthentication-keyid\s+\d+\s+authentication-mode\s+\S+\s+{_KIND}{_WORD}",
    rf"\b(?:set\s+authentication\s+password|super\s+password(?:\s+role\s+\S+)?)\s+{_KIND}{_WORD}",
    rf"(?<!algorithm )\b(?:simple|cipher|plaintext|ciphertext)\s+{_WORD}",
    r"\bsecurityname\s+(?!\*{8})(\S+)(?=\s|$)(?!\s+v3\b)",
)
_SECRET = re.compile("|".join(_FORMS))
_QUICK = re.compile(r"cipher|simple|plain|hash|key|community|securityname|-mode|secret|\$[ch]\$")
_TEXT = re.compile(r"\s*(?:rule \d+ comment|description|header) ")


def mask(text: str) -> str:
    """Return the text without its secrets; everything else, line ends too, is left as it is."""
    return "\n".join(_line(line) if _QUICK.search(line) else line for line in text.split("\n"))


def _line(line: str) -> str:
    hidden = _CIPHER.sub(MASK, line)
    return hidden if _TEXT.match(line) else _twice(hidden)


def _twice(line: str) -> str:
    """Hide the secrets of a line; a second look finds one that begins where another ends."""
    return _SECRET.sub(_hide, _SECRET.sub(_hide, line))


def _hide(match: re.Match[str]) -> str:
    n = match.lastindex or 0
    start, end = match.start(n) - match.start(), match.end(n) - match.start()
    return f"{match[0][:start]}{MASK}{match[0][end:]}"
