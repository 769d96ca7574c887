"""What a vendor's SNMP agent says of itself: its description, its object id, and its ports by their printed names.

net-snmp answers for the kernel's interfaces; `override` lines put the vendor's names in front of the kernel's, row by
row. Descriptions are in the form of recorded devices (Huawei S5720 and AR, H3C S5560, Ruijie, Catalyst).
"""

from collections.abc import Mapping

from topology.twin.vendor.device import Description

_IF_DESCR, _IF_NAME = ".1.3.6.1.2.1.2.2.1.2", ".1.3.6.1.2.1.31.1.1.1.1"
_DESCRIPTIONS = {
    "huawei_vrp": "Huawei Versatile Routing Platform Software VRP (R) software, Version 5.170 ({model}) "
    "Copyright (C) 2000-2021 HUAWEI TECH Co., Ltd.",
    "h3c_comware": "H3C Comware Platform Software, Software Version 7.1.070, H3C {model} "
    "Copyright (c) 2004-2021 New H3C Technologies Co., Ltd. All rights reserved.",
    "ruijie": "Ruijie Gigabit Ethernet Switch({model}) By Ruijie Networks",
    "cisco_ios": "Cisco IOS Software, {model} Software, Version 15.2(7)E3, RELEASE SOFTWARE (fc3)",
}
_OBJECTS = {
    "huawei_vrp": ".1.3.6.1.4.1.2011.2.23.999",
    "h3c_comware": ".1.3.6.1.4.1.25506.1.9999",
    "ruijie": ".1.3.6.1.4.1.4881.1.1.10.1.9999",
    "cisco_ios": ".1.3.6.1.4.1.9.1.9999",
}
"""under the vendor's own arc; the last number is no product's"""


def lines(about: Description, ports: Mapping[str, str], indexes: Mapping[str, int]) -> list[str]:
    """Return lines for snmpd; `ports` gives the vendor's name for a kernel's, `indexes` the kernel's numbers."""
    said = _DESCRIPTIONS[about.platform].format(model=about.model)
    found = [f"sysDescr {said}", f"sysObjectID {_OBJECTS[about.platform]}"]
    for name, printed in sorted(ports.items()):
        if name in indexes:
            for column in (_IF_DESCR, _IF_NAME):
                found.append(f'override {column}.{indexes[name]} octet_str "{printed}"')
    return found
