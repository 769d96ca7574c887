"""Secrets out of sight: every form in which VRP writes one becomes the same eight stars.

VRP enciphers a secret anew each time it prints it, so the cipher text of an unchanged secret differs. All secrets
have one mask, so a difference of masked texts shows a secret that came or went and never one that was salted again.
"""

import re

MASK = "********"
_CIPHER = re.compile(r"%\^%#.*?%\^%#|%\$%\$.*?%\$%\$|%@%@.*?%@%@|%\+%##.*?%\+%##|%#%#.*?%#%#|\$1[a-z]\$.*\$(?=\s|$)")
_WORD = r"(?!\*{8})(\"[^\"]*\"|\S+)"
_FORMS = (
    rf"\b(?:irreversible-cipher|cipher|simple|plain|plaintext|hash)\s+(?!plain\s){_WORD}",
    rf"\bpre-shared-key\s+(?!(?:simple|cipher)\b){_WORD}",
    rf"\bcommunity\s+(?:read|write)\s+(?!(?:cipher|simple)\b){_WORD}",
    rf"\b(?:authentication-mode|privacy-mode)\s+(?:simple|md5|sha\S*|hmac-\S+|des\d*\S*|3des\S*|aes\d+)\s+"
    rf"(?:\d+\s+)?(?!(?:cipher|plain)\b|\d+\s){_WORD}",
    rf"\b(?:shared-key|key-string|authentication-key)\s+(?!(?:cipher|simple|\d)){_WORD}",
    rf"\bpassword\s+(?!(?:irreversible-cipher|cipher|simple|hash|history|expire|alert|policy|complexity|min|level \d|"
    rf"length|validity|-|publickey)){_WORD}",
    rf"\b(?:wpa|wpa2|psk|passphrase)\s+pass-phrase\s+(?!cipher\b){_WORD}",
    r"\bsecurityname\s+(?!cipher\b|\*{8})(\S+)(?=\s|$)(?!\s+v3\b)",
)
_SECRET = re.compile("|".join(_FORMS))
_PUBLIC = re.compile(r"\s*ssh (?:user|authentication-type|server|client) ")
_QUICK = re.compile(r"cipher|simple|plain|hash|key|community|securityname|-mode|md5|sha|password|phrase|[%$]")


def mask(text: str) -> str:
    """Return the text without its secrets; everything else, line ends too, is left as it is."""
    return "\n".join(_line(line) if _QUICK.search(line) else line for line in text.split("\n"))


def _line(line: str) -> str:
    if _PUBLIC.match(line):
        return line
    hidden = _CIPHER.sub(MASK, line)
    return _SECRET.sub(_hide, hidden)


def _hide(match: re.Match[str]) -> str:
    n = match.lastindex or 0
    start = match.start(n) - match.start()
    end = match.end(n) - match.start()
    return f"{match[0][:start]}{MASK}{match[0][end:]}"
