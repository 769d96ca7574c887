"""The part of a plan's page about its work window, and what its buttons do."""
