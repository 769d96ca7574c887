"""The scripted failures: what breaks when, and which alarms open and close. Data.

A phase is how many seconds what is broken lasts; after the last, everything is whole for as long as it takes.
"""

from dataclasses import dataclass

Phase = tuple[int, tuple[str, ...]]


@dataclass(frozen=True)
class Failure:
    """One script. `opened` in the order in which it opens; every one of them closes once, at the end."""

    name: str
    phases: tuple[Phase, ...]
    opened: tuple[str, ...]
    shadows: str = ""
    """what shadows all that is silent and has no alarm, at the end of the last phase"""


def one(name: str, *words: str, opened: tuple[str, ...] | str, shadows: str = "", seconds: int = 40) -> Failure:
    """Return a script of one phase."""
    return Failure(name, ((seconds, words),), (opened,) if isinstance(opened, str) else opened, shadows)


FLAP = tuple(phase for _n in range(6) for phase in ((10, ("cut line-001",)), (8, ())))

FAILURES = (
    one("a fiber line is cut", "cut line-001", opened="cpe-001"),
    one("an ADSL line is cut", "cut line-100", opened="cpe-100"),
    one("a fiber unit's router dies", "dead cpe-002", opened="cpe-002"),
    one("an ADSL unit's router dies", "dead cpe-120", opened="cpe-120"),
    one("an access switch dies", "dead sw-finance", opened="sw-finance", shadows="sw-finance"),
    one("the largest access switch dies", "dead sw-admin", opened="sw-admin", shadows="sw-admin"),
    one("an aggregation switch dies", "dead agg-2", opened="agg-2", shadows="agg-2"),
    one("aggregation 1 dies", "dead agg-1", opened="agg-1", shadows="agg-1"),
    one("core 1 dies", "dead core-1", opened="core-1"),
    one("core 2 dies", "dead core-2", opened="core-2"),
    one("both cores die", "dead core-1", "dead core-2", opened=("core-1", "core-2"), shadows="core-1"),
    one("firewall 1 of the pair dies", "dead fw-1", opened="fw-1"),
    one("firewall 2 of the pair dies", "dead fw-2", opened="fw-2"),
    one("both firewalls die", "dead fw-1", "dead fw-2", opened=("fw-1", "fw-2"), shadows="fw-1 fw-2"),
    one("core 1 and firewall 2 die", "dead core-1", "dead fw-2", opened=("core-1", "fw-2"), shadows="core-1"),
    one("the hub dies", "dead vpn-hub", opened="vpn-hub", shadows="vpn-hub"),
    one("the operator's ADSL net dies", "dead operator", opened="operator", shadows="operator"),
    one("a building loses power: its switch and routers", "dead sw-justice", *(f"dead cpe-0{n}" for n in range(20, 25)),
        opened="sw-justice", shadows="sw-justice"),
    one("a building with three ADSL lines loses power", "dead cpe-026", "dead cpe-027", "dead cpe-028",
        opened="building:jiaoyu", shadows="building:jiaoyu"),
    one("the operator's cable to that building is cut", "cut line-026", "cut line-027", "cut line-028",
        opened="building:jiaoyu", shadows="building:jiaoyu"),
    one("all ports of an access switch die, its management lives", *(f"cut line-0{n}" for n in range(15, 20)),
        opened="building:finance:sw-finance", shadows="building:finance:sw-finance"),
    one("two lines of different places fail", "cut line-001", "cut line-100", opened=("cpe-001", "cpe-100")),
    one("two of three lines of a building fail", "cut line-026", "cut line-027", opened=("cpe-026", "cpe-027")),
    one("an access switch and an ADSL line fail", "dead sw-finance", "cut line-100",
        opened=("cpe-100", "sw-finance"), shadows="sw-finance"),
    one("two access switches fail", "dead sw-finance", "dead sw-justice",
        opened=("sw-finance", "sw-justice"), shadows="sw-finance sw-justice"),
    one("the hub and an aggregation switch fail", "dead vpn-hub", "dead agg-3",
        opened=("agg-3", "vpn-hub"), shadows="agg-3 vpn-hub"),
    one("one of two cables of an aggregation switch is cut", "cut cable-agg-1-up1",
        opened="cable:cable-agg-1-up1"),
    one("the cable between the cores is cut", "cut cable-core-1-core-2", opened="cable:cable-core-1-core-2"),
    one("one of the hub's two cables is cut", "cut cable-core-2-vpn-hub", opened="cable:cable-core-2-vpn-hub"),
    one("both cables of an aggregation switch are cut", "cut cable-agg-2-up1", "cut cable-agg-2-up2",
        opened="agg-2", shadows="agg-2"),
    one("the only cable of an access switch is cut", "cut cable-sw-admin", opened="sw-admin", shadows="sw-admin"),
    one("a switch's management alone dies", "mute sw-admin", opened="sw-admin"),
    one("a switch's management dies, then a line behind it", "mute sw-admin", "cut line-003",
        opened=("cpe-003", "sw-admin")),
    one("an agent alone dies", "agent agg-1", opened="agent:agg-1"),
    one("two agents die", "agent core-1", "agent core-2", opened=("agent:core-1", "agent:core-2")),
    one("our SNMP user is refused everywhere", "agent *", opened="agent:station"),
    one("the poller is cut off", "blind", opened="blind"),
    one("the management path is down", "dead sw-dc", opened="blind"),
    one("a line loses a third of its packets", "loss cpe-001 0.33", opened="quality:cpe-001", seconds=120),
    one("a line loses half of its packets", "loss cpe-100 0.5", opened="quality:cpe-100", seconds=120),
    one("a line is slow", "slow cpe-100 150", opened="quality:cpe-100", seconds=120),
    one("the operator's net loses packets of all lines", "loss operator 0.15", opened="quality:operator", seconds=120),
    one("an access switch loses packets", "loss sw-finance 0.3", opened="quality:sw-finance", seconds=120),
    Failure("a line flaps", FLAP, ("cpe-001",)),
    Failure("an access switch flaps", tuple(p for _n in range(4) for p in ((10, ("dead sw-finance",)), (12, ()))),
            ("sw-finance",)),
    Failure("a line is cut again while its alarm is open",
            ((20, ("cut line-001",)), (1, ()), (20, ("cut line-001",))),
            ("cpe-001",)),
    Failure("a line fails, then the switch before it",
            ((20, ("cut line-015",)), (30, ("cut line-015", "dead sw-finance"))),
            ("cpe-015", "sw-finance"), "sw-finance"),
    Failure("a line that hid behind a dead switch is named when the switch is back",
            ((30, ("dead sw-finance", "cut line-016")), (20, ("cut line-016",))), ("sw-finance", "cpe-016")),
    Failure("a router that hid behind the dead hub", ((30, ("dead vpn-hub", "dead cpe-100")), (50, ("dead cpe-100",))),
            ("vpn-hub", "cpe-100")),
    Failure("a cable of two is cut, then the other core dies",
            ((40, ("cut cable-agg-2-up1",)), (40, ("cut cable-agg-2-up1", "dead core-2"))),
            ("cable:cable-agg-2-up1", "core-2"), "core-2"),
    Failure("a line fails while we are blind", ((30, ("blind", "cut line-001")), (30, ("cut line-001",))),
            ("blind", "cpe-001")),
    Failure("a switch dies in its work window and is back before its end",
            ((40, ("window sw-finance", "dead sw-finance")), (20, ("window sw-finance",))), ()),
    Failure("a switch is still dead when its window ends",
            ((40, ("window sw-finance", "dead sw-finance")), (20, ("dead sw-finance",))),
            ("sw-finance",), "sw-finance"),
    Failure("a line outside the window fails meanwhile",
            ((40, ("window sw-finance", "dead sw-finance", "cut line-001")),
            (20, ("window sw-finance", "cut line-001")),), ("cpe-001",)),
    Failure("lines of one building fail one after the other, a minute apart",
            ((60, ("cut line-026",)), (60, ("cut line-026", "cut line-027")),
             (60, ("cut line-026", "cut line-027", "cut line-028"))),
            ("cpe-026", "cpe-027", "cpe-028")),
    Failure("an aggregation switch returns, its access switch later",
            ((30, ("dead agg-2", "dead sw-finance")), (30, ("dead sw-finance",))),
            ("agg-2", "sw-finance"), "sw-finance"),
)  # fmt: skip
