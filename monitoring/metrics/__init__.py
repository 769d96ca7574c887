"""How watching itself does: are polls late, which device is slow, what waits, what was dropped.

Each process leaves a small file in the state folder; `look` puts them together with what the database says. Nothing
here asks a device.
"""
