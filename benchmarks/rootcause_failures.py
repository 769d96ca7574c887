"""What `benchmarks.rootcause` breaks in the twin, and what is to be said of it. Data.

A step is a verb and what it is done to: `off` (pull the plug), `cut` (a line or cable), `shut` (a port, by
configuration), `hush` (a device's management: no ping, no SNMP), `stop` (its SNMP agent), `lose` (a quarter of what
passes a cable or DSL line), `window` (announce work on a device). `on`, `mend`, `close` take one back before the end;
`wait` lets seconds pass. `roots` are the keys of the alarms; `during` and `after` the verdict while it lasts, and once
it is back.
"""

from dataclasses import dataclass

Step = tuple[str, str]


@dataclass(frozen=True)
class Script:
    """One failure."""

    name: str
    steps: tuple[Step, ...]
    roots: tuple[str, ...]
    during: str = ""
    """the domain of the first root's verdict while it lasts"""
    after: str = ""
    unit: str = ""
    """a unit of which the verdict is asked though its line works"""


def _steps(text: str) -> tuple[Step, ...]:
    """Return the steps of `verb what, verb what`."""
    return tuple((verb, what) for verb, _space, what in (part.strip().partition(" ") for part in text.split(",")))


def _script(name: str, text: str, roots: str, during: str = "", after: str = "", unit: str = "") -> Script:
    return Script(name, _steps(text), tuple(roots.split()), during, after or during, unit)


CENTER, OPERATOR, POWER, LAN, UNCLEAR = "center", "operator-line", "unit-power", "unit-lan", "unclear"
SCRIPTS = (
    _script("a fiber line is cut", "cut line-001", "line:line-001", UNCLEAR, OPERATOR),
    _script("an ADSL line is cut", "cut line-025", "line:line-025", UNCLEAR, OPERATOR),
    _script("a fiber unit loses power", "off cpe-015", "line:line-015", UNCLEAR, POWER),
    _script("an ADSL unit loses power", "off cpe-029", "line:line-029", UNCLEAR, POWER),
    _script("the unit's side of a router is dark", "cut cable-pc-001", "", LAN, LAN, unit="u001"),
    _script("an access switch dies", "off sw-finance", "device:sw-finance", UNCLEAR, POWER),
    _script("a whole office building loses power", "off sw-justice, off cpe-020, off cpe-021", "device:sw-justice",
            UNCLEAR, POWER),
    _script("an access switch's only cable is cut", "cut cable-sw-justice", "device:sw-justice", UNCLEAR, CENTER),
    _script("both lines of an access switch fail, it lives", "cut line-001, cut line-002", "building:admin:sw-admin",
            UNCLEAR, CENTER),
    _script("an aggregation switch dies", "off agg-1", "device:agg-1", CENTER),
    _script("another aggregation switch dies", "off agg-3", "device:agg-3", CENTER),
    _script("both cables of an aggregation switch are cut", "cut cable-agg-2-up1, cut cable-agg-2-up2", "device:agg-2",
            CENTER),
    _script("core 1 dies", "off core-1", "device:core-1", CENTER),
    _script("core 2 dies", "off core-2", "device:core-2", CENTER),
    _script("firewall 1 of the pair dies", "off fw-1", "device:fw-1", CENTER),
    _script("firewall 2 of the pair dies", "off fw-2", "device:fw-2", CENTER),
    _script("the hub dies", "off vpn-hub", "device:vpn-hub", CENTER),
    _script("the operator's ADSL net dies", "cut line-025, cut line-026, cut line-027, cut line-029, cut line-030, "
            "cut line-036", "operator:operator", OPERATOR),
    _script("the hub's port to the operator is shut", "shut vpn-hub/wan0", "operator:operator", CENTER),
    _script("a building with two ADSL lines loses power", "off cpe-026, off cpe-027", "building:jiaoyu", UNCLEAR,
            POWER),
    _script("the operator's cable to that building is cut", "cut line-026, cut line-027", "building:jiaoyu", UNCLEAR,
            OPERATOR),
    _script("one of an aggregation switch's two cables is cut", "cut cable-agg-1-up1", "cable:cable-agg-1-up1", CENTER),
    _script("one of the hub's two cables is cut", "cut cable-core-2-vpn-hub", "cable:cable-core-2-vpn-hub", CENTER),
    _script("two lines of different places fail", "cut line-001, cut line-030", "line:line-001 line:line-030", UNCLEAR,
            OPERATOR),
    _script("an access switch and an ADSL line fail", "off sw-finance, cut line-036",
            "device:sw-finance line:line-036", UNCLEAR, POWER),
    _script("two access switches die", "off sw-finance, off sw-justice", "device:sw-finance device:sw-justice",
            UNCLEAR, POWER),
    _script("the hub and an aggregation switch die", "off vpn-hub, off agg-3", "device:agg-3 device:vpn-hub", CENTER),
    _script("a line fails, then the switch before it", "cut line-015, wait 9, off sw-finance",
            "device:sw-finance line:line-015", UNCLEAR, POWER),
    _script("a line that hid behind a dead switch", "off sw-finance, cut line-016, wait 10, on sw-finance",
            "device:sw-finance line:line-016", POWER),
    _script("an aggregation switch returns, its access switch later", "off agg-2, off sw-finance, wait 10, on agg-2",
            "device:agg-2 device:sw-finance", CENTER),
    _script("a cable of two is cut, then the other core dies", "cut cable-agg-2-up1, wait 40, off core-2",
            "cable:cable-agg-2-up1 device:core-2", CENTER),
    _script("a switch's management alone dies", "hush sw-admin", "device:sw-admin", CENTER),
    _script("a switch's management dies, then a line behind it", "hush sw-admin, wait 5, cut line-002",
            "device:sw-admin line:line-002", CENTER),
    _script("an SNMP agent alone dies", "stop agg-1", "agent:agg-1", CENTER),
    _script("a line loses packets", "lose line-016", "quality:cpe-016", OPERATOR),
    _script("a switch's uplink loses packets", "lose cable-sw-finance", "quality:sw-finance", CENTER),
    _script("a line flaps", "cut line-002, wait 9, mend line-002, wait 4, cut line-002, wait 9, mend line-002, wait 4, "
            "cut line-002, wait 9", "line:line-002", UNCLEAR, OPERATOR),
    _script("the poller is cut off", "cut cable-station", "blind:station", CENTER),
    _script("the management path is down", "off sw-dc", "blind:station", CENTER),
    _script("a line fails while we are blind", "cut cable-station, wait 9, cut line-021, wait 3, mend cable-station",
            "blind:station line:line-021"),
    _script("a switch dies and returns within its work window",
            "window sw-finance, wait 4, off sw-finance, wait 8, on sw-finance, wait 12, close sw-finance", ""),
    _script("a switch is still dead when its window ends",
            "window sw-finance, wait 4, off sw-finance, wait 8, close sw-finance", "device:sw-finance", UNCLEAR, POWER),
    _script("a line outside the window fails meanwhile",
            "window sw-finance, wait 4, off sw-finance, cut line-001, wait 8, on sw-finance, wait 12, close sw-finance",
            "line:line-001", UNCLEAR, OPERATOR),
)  # fmt: skip
