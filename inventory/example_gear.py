"""The makers' models of the mixed county, and how each calls the ports that the example's county calls by purpose."""

import re
from dataclasses import dataclass
from functools import cached_property

_COPPER, _SFP, _SFP_PLUS, _DSL = "1000base-t", "1000base-x-sfp", "10gbase-x-sfpp", "xdsl"


@dataclass(frozen=True)
class Model:
    """A maker's model; `ports` pairs a pattern of the example's port with its name and medium here.

    `{n}` in a name is the number in the example's port: `p07` is 7. `staging` is the port that is in the type only.
    """

    platform: str
    make: str
    model: str
    slug: str
    staging: str
    ports: tuple[tuple[str, str, str], ...]
    height: str = "1"

    def port(self, old: str) -> str:
        """Return what a port of the example is called here. Raises KeyError for one that this model has not."""
        return self._find(old)[0]

    def medium(self, old: str) -> str:
        """Return what kind of port it is, as NetBox calls it. Raises KeyError as `port`."""
        return self._find(old)[1]

    @cached_property
    def _patterns(self) -> tuple[tuple[re.Pattern[str], str, str], ...]:
        return tuple((re.compile(pattern), name, medium) for pattern, name, medium in self.ports)

    def _find(self, old: str) -> tuple[str, str]:
        for pattern, name, medium in self._patterns:
            if match := pattern.fullmatch(old):
                return name.format(n=int(match[1]) if match.groups() else 0), medium
        raise KeyError(f"{self.model}: {old}")


def _core(port: str) -> tuple[tuple[str, str, str], ...]:
    return (
        (r"trunk(\d)", f"{port}/{{n}}", _SFP_PLUS),
        (r"x-core\d", f"{port}/21", _SFP_PLUS),
        (r"x-fw\d", f"{port}/22", _SFP_PLUS),
        (r"x-vpn", f"{port}/23", _SFP_PLUS),
        (r"up(\d)", f"{port}/2{{n}}", _SFP_PLUS),
        (r"down(\d)", f"{port}/{{n}}", _SFP_PLUS),
    )


_LEGS = tuple(
    (old, f"GigabitEthernet1/0/{n}", _SFP_PLUS if n == 1 else _COPPER)
    for n, old in enumerate(("core0", "srv0", "pub0", "mgmt0", "inet0", "city0", "aux0"), 1)
)
"""both firewalls have the same: a zone has one port on every firewall"""


def _access(port: str, up: str) -> tuple[tuple[str, str, str], ...]:
    return ((r"p(\d\d)", f"{port}/{{n}}", _COPPER), (r"up1", up, _SFP))


S6730 = Model("huawei_vrp", "华为", "S6730-H24X6C", "huawei-s6730-h24x6c", "MEth0/0/1", _core("XGigabitEthernet0/0"))
S6520X = Model(
    "h3c_comware", "新华三", "S6520X-30QC-EI", "h3c-s6520x-30qc-ei", "M-GigabitEthernet0/0/0",
    _core("Ten-GigabitEthernet1/0"),
)  # fmt: skip
USG6630 = Model("huawei_vrp", "华为", "USG6630", "huawei-usg6630", "GigabitEthernet0/0/0", _LEGS)
F1000 = Model("h3c_comware", "新华三", "SecPath F1000-AK145", "h3c-secpath-f1000-ak145", "GigabitEthernet1/0/0", _LEGS)
S5735 = Model(
    "huawei_vrp", "华为", "S5735-S24T4X", "huawei-s5735-s24t4x", "MEth0/0/1",
    _access("GigabitEthernet0/0", "XGigabitEthernet0/0/1"),
)  # fmt: skip
S5560X = Model(
    "h3c_comware", "新华三", "S5560X-30C-EI", "h3c-s5560x-30c-ei", "M-GigabitEthernet0/0/0",
    _access("GigabitEthernet1/0", "Ten-GigabitEthernet1/0/25"),
)  # fmt: skip
S2910 = Model(
    "ruijie", "锐捷", "RG-S2910-24GT4XS-E", "ruijie-rg-s2910-24gt4xs-e", "Mgmt0",
    _access("GigabitEthernet0", "TenGigabitEthernet0/25"),
)  # fmt: skip
AR651 = Model(
    "huawei_vrp", "华为", "AR651", "huawei-ar651", "GigabitEthernet0/0/0",
    ((r"wan0", "GigabitEthernet0/0/8", _COPPER), (r"lan0", "GigabitEthernet0/0/1", _COPPER),
     (r"lan1", "GigabitEthernet0/0/2", _COPPER)), "0.5",
)  # fmt: skip
AR617 = Model(
    "huawei_vrp", "华为", "AR617VW", "huawei-ar617vw", "GigabitEthernet0/0/0",
    ((r"dsl0", "Ethernet0/0/0", _DSL), (r"lan0", "GigabitEthernet0/0/1", _COPPER),
     (r"lan1", "GigabitEthernet0/0/2", _COPPER)), "0.5",
)  # fmt: skip
MSR810 = Model(
    "h3c_comware", "新华三", "MSR810", "h3c-msr810", "GigabitEthernet0/4",
    ((r"wan0", "GigabitEthernet0/0", _COPPER), (r"lan0", "GigabitEthernet0/1", _COPPER),
     (r"lan1", "GigabitEthernet0/2", _COPPER)), "0.5",
)  # fmt: skip
ISR = Model(
    "cisco_ios", "思科", "ISR4331", "cisco-isr4331", "GigabitEthernet0",
    ((r"wan0", "GigabitEthernet0/0/0", _COPPER), (r"dsl0", "Ethernet0/1/0", _DSL),
     (r"lan0", "GigabitEthernet0/0/1", _COPPER), (r"lan1", "GigabitEthernet0/0/2", _COPPER)), "1",
)  # fmt: skip

CENTER = {"core-1": S6730, "core-2": S6520X, "fw-1": USG6630, "fw-2": F1000, "sw-dc": S5735}
BUILDINGS = {
    "agg-1": S6520X, "agg-2": S6730, "agg-3": S6520X, "sw-admin": S2910, "sw-finance": S5560X, "sw-justice": S2910,
}  # fmt: skip
FIBER: tuple[Model | None, ...] = (None, AR651, AR651, MSR810, AR651, ISR, AR651, AR651)
"""what the n-th CPE is, by the rest of n divided by their number"""
ADSL: tuple[Model | None, ...] = (None, AR617, AR617, AR617, AR617, ISR, AR617, AR617)
