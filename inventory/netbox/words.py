"""The names that roles and groups have in NetBox: Chinese as the name, English as the description. Pure.

They are data, not messages: a NetBox is read by people of both languages, and two exports in two languages must not
undo each other, so both are always written.
"""

from collections.abc import Mapping

from countynet.vocabulary import DeviceRole, DeviceState, HostKind, SecurityKind, UnitKind

Words = tuple[str, str]

UNIT_KINDS: Mapping[UnitKind, Words] = {
    UnitKind.PARTY: ("党委部门", "party departments"),
    UnitKind.GOVERNMENT: ("政府部门", "government departments"),
    UnitKind.CONGRESS: ("人大政协", "people's congress, consultative conference"),
    UnitKind.JUDICIAL: ("政法机关", "court, procuratorate, justice"),
    UnitKind.GROUP: ("群团组织", "mass organisations"),
    UnitKind.INSTITUTION: ("事业单位", "public institutions"),
    UnitKind.TOWNSHIP: ("乡镇", "townships and towns"),
    UnitKind.VILLAGE: ("村级站点", "village offices"),
    UnitKind.BRANCH: ("分支机构", "branch offices"),
}
DEVICE_ROLES: Mapping[str, tuple[str, str, str]] = {
    DeviceRole.CORE: ("核心交换机", "core switch", "b71c1c"),
    DeviceRole.FIREWALL: ("防火墙", "firewall", "e65100"),
    DeviceRole.VPN_HUB: ("VPN 中心网关", "where the tunnels of ADSL units end", "4a148c"),
    DeviceRole.AGGREGATION: ("汇聚交换机", "aggregation switch", "0d47a1"),
    DeviceRole.BUILDING: ("楼宇交换机", "building switch", "01579b"),
    DeviceRole.DATACENTER: ("数据中心交换机", "switch of the server room", "006064"),
    DeviceRole.CPE: ("单位接入路由器", "router at a unit", "1b5e20"),
    "terminal": ("单位终端", "a unit's computer", "9e9e9e"),
    **{
        f"host-{kind}": words
        for kind, words in {
            HostKind.STATION: ("网络管理站", "management station", "37474f"),
            HostKind.SERVER: ("服务器", "server", "455a64"),
            HostKind.PUBLIC: ("公众服务器", "server of the public zone", "546e7a"),
            HostKind.INTERNET: ("因特网", "stands for the Internet", "78909c"),
            HostKind.CITY: ("市平台", "stands for the city's platform", "90a4ae"),
        }.items()
    },
    **{
        f"security-{kind}": (*words, "ad1457")
        for kind, words in {
            SecurityKind.FIREWALL: ("安全设备：防火墙", "security equipment: firewall"),
            SecurityKind.INTRUSION_DETECTION: ("安全设备：入侵检测", "security equipment: intrusion detection"),
            SecurityKind.ANTIVIRUS: ("安全设备：防病毒", "security equipment: virus protection"),
            SecurityKind.ENCRYPTION: ("安全设备：加密机", "security equipment: encryption"),
            SecurityKind.AUDIT: ("安全设备：安全审计", "security equipment: audit"),
            SecurityKind.GAP: ("安全设备：网闸", "security equipment: air gap"),
        }.items()
    },
}
CIRCUIT_TYPES: Mapping[str, Words] = {
    "fiber": ("光纤", "fiber"),
    "leased": ("专线", "leased line"),
    "adsl": ("ADSL 电话线", "ADSL on a telephone line"),
    "backup-dial-up": ("备用：拨号", "backup: dial-up"),
    "backup-adsl": ("备用：ADSL", "backup: ADSL"),
    "backup-leased": ("备用：专线", "backup: leased line"),
}
PREFIX_ROLES: Mapping[str, Words] = {
    "unit-lan": ("单位局域网", "LANs of the units"),
    "access-line": ("接入链路", "links of access lines"),
    "transit": ("互联链路", "links between devices of the center"),
    "management": ("设备管理", "management of devices"),
    "staging": ("开通地址", "the bench where devices come out of their boxes"),
    "zone": ("安全区", "zones behind the firewalls"),
}
CONTACT_ROLES: Mapping[str, Words] = {
    "leader": ("分管领导", "leader in charge"),
    "officer": ("信息员", "information officer"),
    "duty-desk": ("值班室", "duty desk"),
}
VLAN_GROUPS: Mapping[str, Words] = {
    "countynet-access": ("接入 VLAN", "VLANs of access lines and of switch management"),
    "countynet-center": ("中心 VLAN", "VLANs of the zones at the center"),
}
STATES: Mapping[DeviceState, str] = {
    DeviceState.PLANNED: "planned",
    DeviceState.SPARE: "inventory",
    DeviceState.ACTIVE: "active",
    DeviceState.FAULTY: "failed",
    DeviceState.RETIRED: "decommissioning",
}
"""a device's state as NetBox's status"""
