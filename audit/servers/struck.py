"""Strikes out what is secret in the files of servers, before they are looked at or kept. Pure.

Known places of PostgreSQL, strongSwan, nginx, FRR and shells; a line keeps its number and everything else it says.
"""

import re

STARS = "********"
_QUOTED = r"(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\s;,&|]+)"
_PLACES = (
    re.compile(r"(?i)(\b(?:ldapbindpasswd|radiussecrets|ssl_passphrase|passphrase|psk|secret)\s*=\s*)" + _QUOTED),
    re.compile(r"(?i)([\w-]*(?:passw(?:or)?d|passwd|_pass|token|api_?key|access_?key|secret_?key)[\w-]*\s*=\s*)(?!\s)"
               + _QUOTED),
    re.compile(r"(?i)(--(?:password|passwd|token|secret|pass)[ =])" + _QUOTED),
    re.compile(r"(\b(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump|sshpass)\b.*?\s-p)(\S+)"),
    re.compile(r"((?:curl|wget)\b.*?\s(?:-u|--user)[ =]?[^\s:]+:)(\S+)"),
    re.compile(r"(\w+://[^\s:/@]+:)([^\s@/]+)(?=@)"),
    re.compile(r"(?i)(authorization\b[\"']?[:\s]+[\"']?(?:basic|bearer)\s+)([^\s\"';]+)"),
    re.compile(r"(?i)(^\s*(?:enable )?password (?:8 )?)(\S+)"),
    re.compile(r"(^\s*\S*\s*:?\s*(?:PSK|EAP|XAUTH)\s+)(\"[^\"]*\"|\S+)"),
    re.compile(r"(\$(?:1|2[aby]?|5|6|7|y|gy|sm3|apr1)\$[^\s:$]*\$?)([^\s:]{8,})"),
)  # fmt: skip
_RULES = re.compile(
    r"(?i)password_encryption|passwordauthentication|permitemptypasswords|\bpam_"
    r"|^\s*-?password\s+(?:include|substack|required|requisite|sufficient|optional|\[)"
)


def struck(text: str) -> str:
    """Return a text without its secrets, line for line."""
    return "\n".join(_line(line) for line in text.split("\n"))


def _line(line: str) -> str:
    if _RULES.search(line):
        return line
    for place in _PLACES:
        line = place.sub(rf"\g<1>{STARS}", line)
    return line
