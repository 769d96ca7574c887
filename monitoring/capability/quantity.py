"""The words of capabilities: what can be measured, in which unit, and which subject of coverage it belongs to. Pure.

A number is always in the unit given here, whatever the device says it in. A state has a `Condition` (what it means for
us) and a word of its MIB (what the device calls it).
"""

from enum import StrEnum

from countynet.i18n import _


class Subject(StrEnum):
    """A kind of thing that a device may tell about; coverage counts by these."""

    INTERFACES = "interfaces"
    CPU = "cpu"
    MEMORY = "memory"
    TEMPERATURE = "temperature"
    FANS = "fans"
    POWER = "power"
    OPTICS = "optics"
    DSL = "dsl"
    TUNNELS = "tunnels"
    OSPF = "ospf"
    BGP = "bgp"
    UPS = "ups"
    LLDP = "lldp"
    FDB = "fdb"
    ARP = "arp"


class Quantity(StrEnum):
    """What a reading is of; `UNIT` and `SUBJECT` say more."""

    CPU = "cpu"
    MEMORY = "memory"
    TEMPERATURE = "temperature"
    FAN = "fan"
    FAN_SPEED = "fan-speed"
    POWER_SUPPLY = "power-supply"
    RX_POWER = "rx-power"
    TX_POWER = "tx-power"
    BIAS = "bias"
    OPTIC_TEMPERATURE = "optic-temperature"
    SNR_DOWN = "snr-down"
    SNR_UP = "snr-up"
    ATTENUATION_DOWN = "attenuation-down"
    ATTENUATION_UP = "attenuation-up"
    ATTAINABLE_DOWN = "attainable-down"
    ATTAINABLE_UP = "attainable-up"
    RATE_DOWN = "rate-down"
    RATE_UP = "rate-up"
    LINE_STATE = "line-state"
    TUNNEL = "tunnel"
    OSPF_NEIGHBOUR = "ospf-neighbour"
    BGP_PEER = "bgp-peer"
    UPS_SOURCE = "ups-source"
    BATTERY = "battery"
    BATTERY_CHARGE = "battery-charge"
    BATTERY_RUNTIME = "battery-runtime"
    UPS_LOAD = "ups-load"
    INPUT_VOLTAGE = "input-voltage"


class Condition(StrEnum):
    """What a state means for us."""

    OK = "ok"
    DEGRADED = "degraded"
    """works, but not as it should: a UPS on its battery, a line in training"""
    FAILED = "failed"
    ABSENT = "absent"
    """nothing is there that could work"""
    UNKNOWN = "unknown"


UNIT = {
    Quantity.CPU: "%",
    Quantity.MEMORY: "%",
    Quantity.TEMPERATURE: "°C",
    Quantity.FAN: "",
    Quantity.FAN_SPEED: "1/min",
    Quantity.POWER_SUPPLY: "",
    Quantity.RX_POWER: "dBm",
    Quantity.TX_POWER: "dBm",
    Quantity.BIAS: "mA",
    Quantity.OPTIC_TEMPERATURE: "°C",
    Quantity.SNR_DOWN: "dB",
    Quantity.SNR_UP: "dB",
    Quantity.ATTENUATION_DOWN: "dB",
    Quantity.ATTENUATION_UP: "dB",
    Quantity.ATTAINABLE_DOWN: "bit/s",
    Quantity.ATTAINABLE_UP: "bit/s",
    Quantity.RATE_DOWN: "bit/s",
    Quantity.RATE_UP: "bit/s",
    Quantity.LINE_STATE: "",
    Quantity.TUNNEL: "",
    Quantity.OSPF_NEIGHBOUR: "",
    Quantity.BGP_PEER: "",
    Quantity.UPS_SOURCE: "",
    Quantity.BATTERY: "",
    Quantity.BATTERY_CHARGE: "%",
    Quantity.BATTERY_RUNTIME: "min",
    Quantity.UPS_LOAD: "%",
    Quantity.INPUT_VOLTAGE: "V",
}
"""the unit of each quantity; empty for a state"""

SUBJECT = {
    Quantity.CPU: Subject.CPU,
    Quantity.MEMORY: Subject.MEMORY,
    Quantity.TEMPERATURE: Subject.TEMPERATURE,
    Quantity.FAN: Subject.FANS,
    Quantity.FAN_SPEED: Subject.FANS,
    Quantity.POWER_SUPPLY: Subject.POWER,
    **dict.fromkeys(
        (Quantity.RX_POWER, Quantity.TX_POWER, Quantity.BIAS, Quantity.OPTIC_TEMPERATURE),
        Subject.OPTICS,
    ),
    **{quantity: Subject.DSL for quantity in Quantity if quantity.value.startswith(("snr", "att", "rate", "line"))},
    Quantity.TUNNEL: Subject.TUNNELS,
    Quantity.OSPF_NEIGHBOUR: Subject.OSPF,
    Quantity.BGP_PEER: Subject.BGP,
    **{quantity: Subject.UPS for quantity in Quantity if quantity.value.startswith(("ups", "batt", "input"))},
}

PASSING = frozenset((Quantity.TUNNEL, Quantity.OSPF_NEIGHBOUR, Quantity.BGP_PEER))
"""whose row disappears when it fails: agents list no dead tunnel and no lost neighbour, so its absence is the news"""


EACH_CYCLE = PASSING | {
    Quantity.UPS_SOURCE,
    Quantity.BATTERY,
    Quantity.LINE_STATE,
    Quantity.SNR_DOWN,
    Quantity.SNR_UP,
    Quantity.RX_POWER,
}
"""what tells one cause of a failure from another and so is read with every poll; the rest once a minute"""


def is_state(quantity: Quantity) -> bool:
    """Whether a quantity is a state, not a number."""
    return not UNIT[quantity]


SUBJECT_TITLES = {
    Subject.INTERFACES: _("interfaces"),
    Subject.CPU: _("processor"),
    Subject.MEMORY: _("memory"),
    Subject.TEMPERATURE: _("temperature"),
    Subject.FANS: _("fans"),
    Subject.POWER: _("power supply"),
    Subject.OPTICS: _("optical modules"),
    Subject.DSL: _("DSL line"),
    Subject.TUNNELS: _("tunnels"),
    Subject.OSPF: _("OSPF neighbours"),
    Subject.BGP: _("BGP peers"),
    Subject.UPS: _("uninterruptible power"),
    Subject.LLDP: _("neighbours by LLDP"),
    Subject.FDB: _("addresses by port"),
    Subject.ARP: _("addresses by ARP"),
}
QUANTITY_TITLES = {
    Quantity.CPU: _("processor load"),
    Quantity.MEMORY: _("memory in use"),
    Quantity.TEMPERATURE: _("temperature"),
    Quantity.FAN: _("fan"),
    Quantity.FAN_SPEED: _("fan speed"),
    Quantity.POWER_SUPPLY: _("power supply"),
    Quantity.RX_POWER: _("light received"),
    Quantity.TX_POWER: _("light sent"),
    Quantity.BIAS: _("laser current"),
    Quantity.OPTIC_TEMPERATURE: _("temperature of the optical module"),
    Quantity.SNR_DOWN: _("noise margin to the unit"),
    Quantity.SNR_UP: _("noise margin from the unit"),
    Quantity.ATTENUATION_DOWN: _("attenuation to the unit"),
    Quantity.ATTENUATION_UP: _("attenuation from the unit"),
    Quantity.ATTAINABLE_DOWN: _("attainable rate to the unit"),
    Quantity.ATTAINABLE_UP: _("attainable rate from the unit"),
    Quantity.RATE_DOWN: _("line rate to the unit"),
    Quantity.RATE_UP: _("line rate from the unit"),
    Quantity.LINE_STATE: _("state of the DSL line"),
    Quantity.TUNNEL: _("tunnel"),
    Quantity.OSPF_NEIGHBOUR: _("OSPF neighbour"),
    Quantity.BGP_PEER: _("BGP peer"),
    Quantity.UPS_SOURCE: _("source of the power"),
    Quantity.BATTERY: _("battery"),
    Quantity.BATTERY_CHARGE: _("battery charge"),
    Quantity.BATTERY_RUNTIME: _("battery lasts"),
    Quantity.UPS_LOAD: _("load of the UPS"),
    Quantity.INPUT_VOLTAGE: _("voltage of the mains"),
}
CONDITION_TITLES = {
    Condition.OK: _("in order"),
    Condition.DEGRADED: _("degraded"),
    Condition.FAILED: _("out of order"),
    Condition.ABSENT: _("not fitted"),
    Condition.UNKNOWN: _("unknown"),
}
