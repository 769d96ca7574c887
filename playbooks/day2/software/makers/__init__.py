"""How each maker's devices are asked for their software and told another; `seam` says what, a file a maker says how."""

from collections.abc import Mapping

from playbooks.day2.software.makers.cisco import Cisco
from playbooks.day2.software.makers.h3c import H3c
from playbooks.day2.software.makers.huawei import Huawei
from playbooks.day2.software.makers.ruijie import Ruijie
from playbooks.day2.software.makers.seam import Boot, Digest, Doors, Files, Flash, Hands, Maker

MAKERS: Mapping[str, Maker] = {
    "huawei_vrp": Huawei(),
    "h3c_comware": H3c(),
    "cisco_ios": Cisco(),
    "ruijie": Ruijie(),
}
"""by platform"""

__all__ = ["MAKERS", "Boot", "Digest", "Doors", "Files", "Flash", "Hands", "Maker"]
