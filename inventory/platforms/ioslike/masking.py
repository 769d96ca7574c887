"""Secrets out of sight: every form in which IOS and RGOS write one becomes the same eight stars.

All secrets have one mask, so a difference of masked texts shows a secret that came or went, never one that was salted
again. `password`, `secret` and `key` hide whatever follows on their line, after the number that says how it is kept.
"""

import re

MASK = "********"
_HOW = r"(?:(?:[05-9]|encrypted|hex|ascii) )*+"
_WORD = r"(?!\*{8})(\S+)"
_REST = r"(?!\*{8})(\S.*?)\s*$"
_FORMS = (
    rf"^\s*(?:enable|username|webmaster|user)\b.*?\b(?:secret|password)\s+(?!(?:policy|strong)\b){_HOW}{_REST}",
    rf"^\s*(?:key|password|secret|server-key|pre-shared-key|shared-key)\s+"
    rf"(?:(?:local|remote|hex)\s+)?+(?!(?:policy|address)\b){_HOW}{_REST}",
    rf"^\s*pre-shared-key address .*\bkey\s+{_HOW}{_REST}",
    rf"^\s*key-string\s+{_HOW}{_REST}",
    rf"\bsnmp-server community\s+{_HOW}{_WORD}",
    rf"\bsnmp-server host \S+\s+(?:(?:vrf \S+|traps|informs)\s+)*+(?:version (?:1|2c)\s+)?+(?!version\b){_WORD}",
    rf"\b(?:radius-server|tacacs-server)\b.*\bkey\s+{_HOW}{_WORD}",
    rf"\bcrypto isakmp key\s+{_HOW}{_WORD}",
    rf"\bntp authentication-key \d+ \S+\s+{_HOW}{_WORD}",
    rf"\bip ospf (?:message-digest-key \d+ md5|authentication-key)\s+{_HOW}{_WORD}",
    rf"\b(?:vrrp|standby|glbp) \d+ authentication\s+(?:text\s+|md5 key-string\s+|md5 key-chain\s+)?+{_HOW}{_WORD}",
    rf"\bneighbor \S+ password\s+{_HOW}{_WORD}",
    rf"\bppp (?:chap|pap)\b.*\bpassword\s+{_HOW}{_WORD}",
    rf"\b(?:wpa-psk|wpa2-psk|psk|set-key)\s+{_HOW}{_WORD}",
    rf"\b(?:password|secret)\s+[05-9] {_REST}",
    rf"\bkey\s+[05-9] {_WORD}",
    rf"\b(?:ip nhrp authentication|isis password|tunnel password)\s+{_HOW}{_WORD}",
    rf"\bip (?:ftp|http client) password\s+{_HOW}{_WORD}",
)
_SECRETS = tuple(re.compile(form) for form in _FORMS)
_USER = re.compile(r"\bsnmp-server user\b.*")
_SIZED = r"(?: ?\d+(?= )|(?! ?\d+ ))"
_OF_USER = re.compile(rf"\b(auth (?:md5|sha(?:-2)?{_SIZED})|priv (?:3des|des56|des|aes{_SIZED})) (?!\*{{8}})\S+")
_QUICK = re.compile(r"password|secret|key|community|snmp-server|authentication|psk")


def mask(text: str) -> str:
    """Return the text without its secrets; everything else, line ends too, is left as it is."""
    return "\n".join(_line(line) if _QUICK.search(line) else line for line in text.split("\n"))


def _line(line: str) -> str:
    if _USER.search(line):
        return _OF_USER.sub(rf"\1 {MASK}", line)
    for secret in _SECRETS:
        if match := secret.search(line):
            return f"{line[: match.start(1)]}{MASK}{line[match.end(1) :]}"
    return line
