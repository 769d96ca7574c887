"""Whether two interfaces of OSPF on one link can be neighbours, by what they say of the link (RFC 2328, 10.5 and D.3).

Compared are their areas and keys. A device that prints its key enciphered does not tell it: then it is taken for the
neighbour's, as the way to mend it would be the same. Pure.
"""

from inventory import names
from inventory.deviceconfig import OspfInterface


def adjacent(mine: OspfInterface, theirs: OspfInterface) -> bool:
    """Return whether the areas are one and the keys are one, or neither has any."""
    if mine.area != theirs.area or mine.passive or theirs.passive:
        return False
    if mine.key is None or theirs.key is None:
        return mine.key is theirs.key
    return mine.key == theirs.key or max(map(len, (mine.key, theirs.key))) > names.OSPF_KEY
