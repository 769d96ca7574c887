"""Suricata's EVE records (docs.suricata.io, "Eve JSON Format"): alert, anomaly, and fileinfo of a listed file. Pure.

Suricata may put a prefix such as `@cee: ` in front. Of the many records that are no finding (flow, dns, tls, stats)
none is parsed: the type stands near the front and is looked at first. A record that was cut off on its way (a datagram,
our own bound) is read as far as its alert goes. A fileinfo record is only told of a file that rules match by its hash
or store by a rule (`sid`); all other files that Suricata sees are no finding.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from monitoring.intrusions.model import Detection, Feed, IntrusionKind, Level, address, cut, number

_TYPE = re.compile(r'"event_type"\s*:\s*"(alert|anomaly|fileinfo)"')
_LEVELS = {1: Level.HIGH, 2: Level.MEDIUM}
"""docs.suricata.io "Classtype": 1 is the highest priority, 255 the lowest"""
_VIRUS = re.compile(r"virus|malware|trojan|ransom|worm\b|eicar", re.I)
_FIELD = r'"%s"\s*:\s*("(?:[^"\\]|\\.)*"|\d+)'
_FIELDS = {
    name: re.compile(_FIELD % name)
    for name in (
        "src_ip",
        "dest_ip",
        "dest_port",
        "proto",
        "action",
        "signature_id",
        "signature",
        "category",
        "severity",
    )
}


def read(text: str, mark: int, _app: str) -> Detection | None:
    """Return what a record says."""
    kind = _TYPE.search(text)
    if kind is None:
        return None
    record = _whole(text[mark:]) or _cut_off(text, kind[1])
    part = record.get(kind[1])
    if not isinstance(part, Mapping):
        return None
    return {"alert": _alert, "anomaly": _anomaly, "fileinfo": _file}[kind[1]](record, part)


def _whole(text: str) -> dict[str, Any]:
    try:
        found, _end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _cut_off(text: str, kind: str) -> dict[str, Any]:
    """Return the fields of an alert that was cut off; nothing where its signature is not there any more."""
    found: dict[str, Any] = {}
    for name, pattern in _FIELDS.items():
        hit = pattern.search(text)
        if hit is not None:
            found[name] = hit[1].strip('"') if hit[1][0] == '"' else int(hit[1])
    return {**found, kind: found} if kind == "alert" and "signature" in found else {}


def _alert(record: Mapping[str, Any], part: Mapping[str, Any]) -> Detection:
    name, category = cut("name", part.get("signature")), cut("category", part.get("category"))
    return Detection(
        feed=Feed.SURICATA,
        kind=IntrusionKind.VIRUS if _VIRUS.search(f"{name} {category}") else IntrusionKind.ATTACK,
        signature=cut("signature", part.get("signature_id")) or name,
        name=name,
        level=_LEVELS.get(number(part.get("severity"), 255), Level.LOW),
        blocked=part.get("action") == "blocked",
        category=category,
        reference=_cve(part.get("metadata")),
        behind=_behind(record),
        **_ends(record),
    )


def _anomaly(record: Mapping[str, Any], part: Mapping[str, Any]) -> Detection:
    """Return an anomaly: `type` (decode, stream, applayer), `event`, and for decoders `code`."""
    event = cut("name", part.get("event") or part.get("code") or part.get("type"))
    return Detection(
        feed=Feed.SURICATA,
        kind=IntrusionKind.ANOMALY,
        signature=event,
        name=event,
        level=Level.LOW,
        category=cut("category", part.get("type")),
        **_ends(record),
    )


def _file(record: Mapping[str, Any], part: Mapping[str, Any]) -> Detection | None:
    listed = part.get("sid")
    if not listed:
        return None
    first = listed[0] if isinstance(listed, list) else listed
    return Detection(
        feed=Feed.SURICATA,
        kind=IntrusionKind.VIRUS,
        signature=cut("signature", first),
        name=cut("name", part.get("magic") or part.get("filename") or part.get("sha256")),
        level=Level.HIGH,
        detail=cut("detail", f"{part.get('filename', '')} {part.get('sha256', '')}"),
        **_ends(record),
    )


def _ends(record: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "source": address(record.get("src_ip")),
        "target": address(record.get("dest_ip")),
        "port": number(record.get("dest_port"), 65_535),
        "protocol": str(record.get("proto") or "")[:16].upper(),
    }


def _behind(record: Mapping[str, Any]) -> str:
    """Return the address of the `X-Forwarded-For` that Suricata adds where told to (`xff`)."""
    http = record.get("http")
    said = record.get("xff") or (http.get("xff") if isinstance(http, Mapping) else None)
    return address(str(said or "").split(",")[0].strip())


def _cve(metadata: object) -> str:
    said = metadata.get("cve") if isinstance(metadata, Mapping) else None
    first = said[0] if isinstance(said, list) and said else said
    return cut("reference", str(first).replace("_", "-") if isinstance(first, str) else "")
