"""The inventory model: what one county consists of, as frozen values.

Promises: a `County` that loads is whole (every reference resolves, every address is unique and inside the plan) because
`inventory.validate` refuses anything else, with every problem at once. It imports no file, database, socket or clock.
Requirements N1, N3, N5.
"""

from inventory.model.assets import Application, BackupJob, Certificate, Contact, Deployment, Seal
from inventory.model.base import (
    DNS_PATTERN,
    FILING_PATTERN,
    GRADES_PATTERN,
    HOUR_PATTERN,
    MAC_PATTERN,
    NAME_PATTERN,
    PORT_PATTERN,
    SERIAL_PATTERN,
    SLUG_PATTERN,
    TELEPHONE_PATTERN,
    Endpoint,
    Person,
)
from inventory.model.county import County
from inventory.model.devices import Cable, Device, DeviceType, Interface, LifeCycle, SecurityEquipment
from inventory.model.lines import BackupLine, Circuit, Contract
from inventory.model.network import (
    Confinement,
    Dhcp,
    Freed,
    Hardening,
    HeldPort,
    Host,
    Plan,
    PolicyRule,
    Pool,
    Pools,
    Service,
    SwitchManagement,
    Transit,
    Zone,
)
from inventory.model.places import Building, Rack, Site
from inventory.model.units import Attendance, Batch, Milestone, Phase, Terminal, Training, Unit, UnitDhcp

__all__ = [
    "DNS_PATTERN",
    "FILING_PATTERN",
    "GRADES_PATTERN",
    "HOUR_PATTERN",
    "MAC_PATTERN",
    "NAME_PATTERN",
    "PORT_PATTERN",
    "SERIAL_PATTERN",
    "SLUG_PATTERN",
    "TELEPHONE_PATTERN",
    "Application",
    "Attendance",
    "BackupJob",
    "BackupLine",
    "Batch",
    "Building",
    "Cable",
    "Certificate",
    "Circuit",
    "Confinement",
    "Contact",
    "Contract",
    "County",
    "Deployment",
    "Device",
    "DeviceType",
    "Dhcp",
    "Endpoint",
    "Freed",
    "Hardening",
    "HeldPort",
    "Host",
    "Interface",
    "LifeCycle",
    "Milestone",
    "Person",
    "Phase",
    "Plan",
    "PolicyRule",
    "Pool",
    "Pools",
    "Rack",
    "Seal",
    "SecurityEquipment",
    "Service",
    "Site",
    "SwitchManagement",
    "Terminal",
    "Training",
    "Transit",
    "Unit",
    "UnitDhcp",
    "Zone",
]
