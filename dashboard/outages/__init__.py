"""A month's outages and availability: of one unit, and of all."""
