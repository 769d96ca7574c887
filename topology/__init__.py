"""How the county joins: the graph, the twin, and the live test of isolation."""
