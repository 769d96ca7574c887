"""Applications for a terminal: a unit asks, the center decides, the operator connects, the inventory follows.

The way of one and who takes which step: `rules`. What an approval gives from the address plan: `place`. What becomes of
it in the county folder: `edits`. `service` joins them, with the record's lock and the database.
"""
