"""What the tables of VRP have read so far: what every platform gathers."""

from inventory.platforms.gathering import Gathering


class Vrp(Gathering):
    """Fields of the configuration by name; interfaces, access lists, zones, tunnels' parts by name."""

    nssa_default = True
