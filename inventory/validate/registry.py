"""Every rule of the inventory, in the order in which they are looked at. Pure.

docs/validation.md lists them; a test keeps the two alike, and another wants a county that breaks each.
"""

from countynet.i18n import _
from inventory.validate import addresses, cabling, center, lines, references, rules, unique, vlans
from inventory.validate.rule import Rule, error

BASE = (
    error("names", unique.names, _("a name that nothing else has")),
    error("addresses", unique.addresses, _("an address that nothing else has")),
    error("once-in-life", unique.people_of_the_network, _("what stands on the paper: each exists once")),
    error("unit-references", references.units, _("the id of an item that exists")),
    error("device-references", references.devices, _("the id of an item that exists")),
    error("host-references", references.hosts, _("the name of an item that exists")),
    error("plan", addresses.plan, _("networks that are apart from each other, inside the plan's")),
    error("unit-networks", addresses.units, _("a network and addresses inside the plan's, free of others")),
    error("device-addresses", addresses.devices, _("an address where the plan has devices of this role")),
    error("host-addresses", addresses.hosts, _("an address on the zone's segment")),
    error("zone-addresses", addresses.zones, _("a segment with room for the gateway and each firewall after it")),
    error("cable-ends", cabling.ends, _("two ports that exist and are free")),
    error("device-ports", cabling.ports, _("the ports as printed on the device")),
    error("terminal-cables", cabling.terminals, _("a cable to a LAN port (lan0, lan1 ...) of the unit's CPE")),
    error("terminal-macs", cabling.macs, _("the computer's own hardware address, e.g. 00:1e:c9:5a:00:19")),
    error("lan-ports", cabling.lan_ends, _("only the unit's computers in the LAN ports of its CPE")),
    error("host-cables", cabling.hosts, _("a cable to a datacenter switch")),
    error("transits", cabling.transits, _("a /30 with a cable between the same two ports")),
    error("uplinks", cabling.uplinks, _("a cable in each port that the design needs")),
    error("unit-lines", lines.units, _("one access line and one CPE for each unit")),
    error("line-facts", lines.circuits, _("a line that fits its unit's building and its own kind")),
    error("cpe-facts", lines.cpes, _("a CPE in its unit's building with the ports of its line")),
    error("vlan-once", vlans.unique, _("a VLAN that nothing else uses")),
    error("vlan-place", vlans.one_aggregation, _("one aggregation switch above each building switch and VLAN")),
    error("switch-management", vlans.switch_management, _("one management VLAN for each aggregation switch")),
    error("center-roles", center.roles, _("the devices and transits without which there is no center")),
    error("center-zones", center.zones, _("zones that each have their own port on every firewall")),
    error("center-services", center.station, _("one management station, and hosts that run time, names and logs")),
    error("policy-services", rules.services, _("services that exist, with the ports that their protocol has")),
    error("policy-selectors", rules.selectors, _("units, devices, or unit:, zone: or host: with a name that exists")),
    error("policy-principles", rules.principles, _("a rule that opens nothing of what stays closed")),
)
"""without these nothing can be derived from a county"""

RULES: tuple[Rule, ...] = BASE
