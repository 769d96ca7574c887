"""Testing one unit's line now: what a clerk is told who says that the network does not work."""
