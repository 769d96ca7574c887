"""The live test of isolation: packets between all ends of the county, expected (policy) against seen (both ends)."""
