"""The lines of Huawei's and H3C's firewalls: IPS and anti-virus, both as `key=value` of the vendors' own names. Pure.

Huawei (USG, HiSecEngine; "IPS/4/DETECT" and "IPS/4/EXCEPTION" of its log reference, EDOC1000097209):
`%%01IPS/4/DETECT(l)[0]:An intrusion was detected. (SyslogId=1, VSys="public", SrcIp=..., SignName="...", ...)`.
H3C (SecPath; "IPS_IPV4_INTERZONE" of its log reference):
`%%10IPS/4/IPS_IPV4_INTERZONE: Protocol(1001)=TCP; SrcIPAddr(1003)=...; AttackName(1088)=...; Severity(1087)=HIGH; ...`.
A value in quotes may hold commas; an H3C value ends at `;`. Of two values of one name the first counts: what an
attacker sent (H3C's `PayLoad`) comes last. What a firewall merged (`EventNum`) counts as so many.
"""

import re
from collections.abc import Mapping

from monitoring.intrusions.model import Detection, Feed, IntrusionKind, Level, address, cut, number

_HUAWEI = re.compile(r'(?<!\w)([A-Za-z]\w{0,40})=(?:"([^"]*)"|([^,"]*))(?=,|\)?\s*$)')
_H3C = re.compile(r"(?:^|[;:]\s*)([A-Za-z]\w{0,40})\(\d{1,5}\)=([^;]*)")
_KIND = re.compile(r"(IPS|AV|ANTI-VIR|ANTIVIRUS)/\d/(\w+)")
_LEVELS = {
    "critical": Level.CRITICAL,
    "high": Level.HIGH,
    "medium": Level.MEDIUM,
    "low": Level.LOW,
    "information": Level.LOW,
}
_STOPS = re.compile(r"block|drop|reset|reject|den(?:y|ied)|discard|redirect|quarantine|clear|delete", re.I)
_NOTHING = ("", "--", "NA", "N/A", "unknown", "null")
_MANY = 1_000_000


def read(text: str, mark: int, _app: str) -> Detection | None:
    """Return what a firewall's line says; None for the messages about signature files and licences."""
    kind = _KIND.search(text, mark)
    if kind is None:
        return None
    rest = text[kind.end() :]
    h3c = _H3C.findall(rest)
    pairs = h3c or [(key, quoted or plain) for key, quoted, plain in _HUAWEI.findall(rest)]
    fields = {key.lower(): value.strip() for key, value in reversed(pairs) if value.strip() not in _NOTHING}
    name = _first(fields, "attackname", "signname", "virusname")
    if not name:
        return None
    virus = kind[1] != "IPS" or "virusname" in fields
    return _detection(fields, name, virus, Feed.H3C if h3c else Feed.HUAWEI)


def _detection(fields: Mapping[str, str], name: str, virus: bool, feed: Feed) -> Detection:
    signature = _first(fields, "attackid", "signid", "virusid", "signatureid") or name
    level = _LEVELS.get(fields.get("severity", "").lower(), Level.HIGH if virus else Level.MEDIUM)
    action = fields.get("action", "")
    return Detection(
        feed=feed,
        kind=IntrusionKind.VIRUS if virus else IntrusionKind.ATTACK,
        signature=cut("signature", signature),
        name=cut("name", name),
        level=level,
        source=address(_first(fields, "srcipaddr", "srcipv6addr", "srcip")),
        target=address(_first(fields, "dstipaddr", "dstipv6addr", "dstip")),
        port=number(fields.get("dstport"), 65_535),
        protocol=_first(fields, "protocol")[:16].upper(),
        blocked=bool(_STOPS.search(action)) if action else None,
        behind=address(fields.get("realsrcip", "").split(",")[0]),
        category=cut("category", fields.get("category")),
        reference=cut("reference", _first(fields, "cve", "reference")),
        detail=cut("detail", fields.get("filename")),
        times=max(1, number(fields.get("eventnum"), _MANY)),
    )


def _first(fields: Mapping[str, str], *names: str) -> str:
    return next((fields[name] for name in names if fields.get(name)), "")
