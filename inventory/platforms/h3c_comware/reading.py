"""What the tables of Comware have read so far: what every platform gathers."""

from inventory.platforms.gathering import Gathering


class Comware(Gathering):
    """Fields of the configuration by name; interfaces, access lists, object groups, zones, tunnels' parts by name."""

    discards = True
