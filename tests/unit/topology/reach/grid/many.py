"""Thousands of random networks, by hand: `python -m tests.unit.topology.reach.grid.many FIRST LAST [PACKETS]`.

Prints each world that the three disagree about, with the first disagreement; exit code 1 if there is one.
"""

import sys
from itertools import product
from random import Random

from tests.unit.topology.reach.grid.three import wrong
from tests.unit.topology.reach.grid.worlds import World


def main(first: int, last: int, packets: int = 6) -> int:
    """Try worlds FIRST to LAST, first packets and answers, with so many packets of each source."""
    bad = 0
    for number in range(first, last):
        world = World(number)
        for found, answers in product((world.network, world.network6), (False, True)):
            for line in list(wrong(found, Random(number), answers=answers, most=packets))[:1]:
                bad += 1
                kind = f"{found.family.name}, {'answers' if answers else 'first packets'}"
                print(f"world {number}, {kind}: {line}", flush=True)
    print(f"{last - first} worlds, {bad} disagreements")
    return min(bad, 1)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
