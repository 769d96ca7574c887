"""A selection (`--only`, a playbook's `within`) in the words of the language of the context. Pure.

What is chosen from a fixed list (role, zone, kind, access) is said by its word, anything else by its id after the word
of its key. A selection that is not right is said as it stands: whoever uses it is told what is wrong with it.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from countynet.i18n import _, language, translate
from countynet.vocabulary import Access, DeviceRole, UnitKind, ZoneName
from inventory.select import Term, parse
from inventory.traits import BARE

KEYS: Mapping[str, str] = {
    BARE: "{values}",
    "name": "{values}",
    "role": "{values}",
    "platform": _("platform {values}"),
    "site": _("site {values}"),
    "building": _("building {values}"),
    "unit": _("unit {values}"),
    "under": _("unit {values} and all below it"),
    "kind": "{values}",
    "access": "{values}",
    "line": _("line {values}"),
    "batch": _("batch {values}"),
    "zone": "{values}",
    "runs": _("hosts that run {values}"),
}
WORDS: Mapping[str, Mapping[str, str]] = {
    "role": {
        DeviceRole.CORE: _("core switch"),
        DeviceRole.FIREWALL: _("firewall"),
        DeviceRole.VPN_HUB: _("VPN hub"),
        DeviceRole.AGGREGATION: _("aggregation switch"),
        DeviceRole.BUILDING: _("building switch"),
        DeviceRole.DATACENTER: _("data center switch"),
        DeviceRole.CPE: _("unit's router"),
    },
    "kind": {
        UnitKind.PARTY: _("Party committee bodies"),
        UnitKind.GOVERNMENT: _("Government departments"),
        UnitKind.CONGRESS: _("People's Congress and CPPCC"),
        UnitKind.JUDICIAL: _("Courts and procuratorate"),
        UnitKind.GROUP: _("People's organisations"),
        UnitKind.INSTITUTION: _("Public institutions"),
        UnitKind.TOWNSHIP: _("Towns and townships"),
        UnitKind.VILLAGE: _("Village offices"),
        UnitKind.BRANCH: _("Branch offices"),
    },
    "access": {
        Access.FIBER: _("10M fiber"),
        Access.LEASED: _("leased line"),
        Access.ADSL: _("ADSL with VPN"),
    },
    "zone": {
        ZoneName.UNITS: _("units' networks"),
        ZoneName.SERVER: _("server zone"),
        ZoneName.PUBLIC: _("public service zone"),
        ZoneName.MANAGEMENT: _("management zone"),
        ZoneName.INTERNET: _("Internet"),
        ZoneName.CITY: _("city network"),
    },
}
"""by key, what its values are called"""
ALL_BUT = _("all but {what}")


def in_words(selection: str) -> str:
    """Return an expression for people."""
    found, wrong = parse(selection)
    if wrong or not found.terms:
        return selection
    said = _joined(list(_groups(found.terms)))
    return translate(ALL_BUT, what=said) if found.negated else said


def _groups(terms: Sequence[Term]) -> Iterator[str]:
    for key, group in groupby(terms, key=lambda term: term.key):
        values = _joined([_value(key, term.value) for term in group])
        message = KEYS[key]
        yield values if message == "{values}" else translate(message, values=values)


def _value(key: str, value: str) -> str:
    message = WORDS.get(key, {}).get(value)
    return value if message is None else translate(message)


def _joined(words: Sequence[str]) -> str:
    return ("、" if language() == "zh_CN" else ", ").join(words)
