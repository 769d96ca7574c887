"""The page of addresses given out (DHCP): who has which lease as the last look saw it, and how full each pool is."""
