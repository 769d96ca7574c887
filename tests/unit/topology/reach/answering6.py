"""Two units whose policy lets one ask the other, and configurations in which it does so by IPv6 and is answered or not.

By IPv4 nobody told the devices of it: there it is blocked.
"""

from ipaddress import IPv6Network

from inventory.model import County
from inventory.model.network import PolicyRule
from tests.unit.topology.reach.planted import Configs, each, first, without
from tests.unit.topology.reach.test_ipv6 import CORE, THREE, TWO, routing

HOSTS = IPv6Network("2001:db8:1::100/120")
"""those of the first unit that may ask: not its CPE"""
ONE6, TWO6 = (IPv6Network(f"2001:db8:{number}::/64") for number in (1, 2))


def asking(county: County) -> County:
    """Return the county with IPv6 addresses for two units, and a rule that one may ask the other."""
    lans = {"u001": ONE6, "u002": TWO6}
    units = tuple(unit.model_copy(update={"lan6": lans.get(unit.id)}) for unit in county.units)
    rule = PolicyRule(
        id="six-web", source="unit:u001", target="unit:u002", services=("https",), reason="试用", reason_en="trial"
    )
    return county.model_copy(update={"units": units, "policy": (*county.policy, rule)})


def answered(configs: Configs) -> Configs:
    """Both CPEs and their core route IPv6, let the first packets pass, and answers by sessions or as what they are."""
    rule = first(name="six-web", sources6=(HOSTS,), destinations6=(TWO6,), protocol="tcp", ports=(443,))
    back = first(name="six-back", sources6=(TWO6,), destinations6=(HOSTS,), protocol="tcp", source_ports=(443,))
    return each([CORE], "forward", back)(each([*THREE], "forward", rule)(routing(configs)))


def unanswered(configs: Configs) -> Configs:
    """The second CPE lets no answer pass."""
    return each([TWO], "forward", without("established"))(answered(configs))
