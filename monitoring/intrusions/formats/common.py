r"""Two formats that many makers share: CEF (ArcSight) and LEEF (IBM QRadar). Pure.

`CEF:0|Vendor|Product|Version|Class|Name|Severity|key=value key=value`, with `\|` and `\\` in the head and `\=`, `\\`,
`\n` in the values, severity 0 to 10 or Unknown, Low, Medium, High, Very-High ("ArcSight Common Event Format").
`LEEF:1.0|Vendor|Product|Version|Event|key=value<tab>key=value`; LEEF 2.0 names its own separator, a character or
`0x` and its number ("QRadar LEEF"). These formats carry everything, sign-ins and changes of settings, too: a line is an
intrusion only if it names an attack, a virus or a threat, or its severity is at least 7 of 10.
"""

import re
from collections.abc import Mapping

from monitoring.intrusions.model import Detection, Feed, IntrusionKind, Level, address, cut, number

_HEAD = re.compile(r"(?<!\\)\|")
_PAIR = re.compile(r"(?:^|\s)([\w.\[\]]+)=((?:\\.|[^\\])*?)(?=\s[\w.\[\]]+=|\s*$)")
_ESCAPED = re.compile(r"\\(.)")
_WORDS = {"unknown": 0, "low": 3, "medium": 5, "high": 8, "very-high": 10, "critical": 10}
_SEVERE = 7
_THREAT = re.compile(
    r"attack|exploit|intrusion|malware|virus|trojan|ransom|worm\b|botnet|c2\b|command.and.control|threat|scan\b|"
    r"brute.?force|injection|overflow|phish|eicar|backdoor|shellcode|dos\b|ddos",
    re.I,
)
_VIRUS = re.compile(r"malware|virus|trojan|ransom|worm\b|eicar", re.I)
_STOPS = re.compile(r"block|drop|reset|reject|den(?:y|ied)|discard|quarantine|prevent|clean|delete", re.I)
_TIMES = 1_000_000


def cef(text: str, mark: int, _app: str) -> Detection | None:
    """Return what a CEF line says."""
    parts = _HEAD.split(text[mark:], 7)
    if len(parts) < 7:
        return None
    vendor, product, _version, class_, name, severity = (_plain(part) for part in parts[1:7])
    fields = {key: _plain(value) for key, value in _PAIR.findall(parts[7] if len(parts) > 7 else "")}
    return _detection(Feed.CEF, f"{vendor} {product}", class_, name, severity, fields)


def leef(text: str, mark: int, _app: str) -> Detection | None:
    """Return what a LEEF line says; its name is the event's id where no attribute names it."""
    parts = text[mark:].split("|")
    new = parts[0] == "LEEF:2.0"
    if len(parts) < (7 if new else 6):
        return None
    first = 6 if new and len(parts[5]) <= 6 and "=" not in parts[5] else 5
    separator = _separator(parts[5]) if first == 6 else "\t"
    pairs = (piece.partition("=") for piece in re.split(re.escape(separator), "|".join(parts[first:])))
    fields = {key.strip(): value.strip() for key, equals, value in pairs if equals}
    name = fields.get("name") or fields.get("threatName") or fields.get("cat") or parts[4]
    return _detection(Feed.LEEF, f"{parts[1]} {parts[2]}", parts[4], name, fields.get("sev", ""), fields)


def _separator(said: str) -> str:
    if said.lower().startswith(("0x", "x")):
        try:
            return chr(int(said.lower().removeprefix("0").removeprefix("x"), 16))
        except (ValueError, OverflowError):
            return "\t"
    return said or "\t"


def _detection(
    feed: Feed, maker: str, class_: str, name: str, severity: str, fields: Mapping[str, str]
) -> Detection | None:
    degree = _WORDS.get(severity.lower(), number(severity, 10))
    category = fields.get("cat") or fields.get("deviceEventCategory") or ""
    words = f"{class_} {name} {category}"
    if degree < _SEVERE and not _THREAT.search(words):
        return None
    action = fields.get("act") or fields.get("action") or fields.get("deviceAction") or ""
    return Detection(
        feed=feed,
        kind=IntrusionKind.VIRUS if _VIRUS.search(words) else IntrusionKind.ATTACK,
        signature=cut("signature", class_ or name),
        name=cut("name", name or class_),
        level=_level(degree),
        source=address(fields.get("src") or fields.get("c6a2")),
        target=address(fields.get("dst") or fields.get("c6a3")),
        port=number(fields.get("dpt") or fields.get("dstPort"), 65_535),
        protocol=str(fields.get("proto") or "")[:16].upper(),
        blocked=bool(_STOPS.search(action)) if action else None,
        category=cut("category", category or maker),
        detail=cut("detail", fields.get("fname") or fields.get("fileName") or fields.get("msg")),
        times=max(1, number(fields.get("cnt"), _TIMES)),
    )


def _level(degree: int) -> Level:
    """Return CEF's own bands: 9 and 10 very high, 7 and 8 high, 4 to 6 medium."""
    return Level.CRITICAL if degree >= 9 else Level.HIGH if degree >= 7 else Level.MEDIUM if degree >= 4 else Level.LOW


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda found: " " if found[1] in "nr" else found[1], text).strip()
