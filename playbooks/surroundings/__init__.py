"""What devices have around them, read over SSH as it is now; and packets sent from them (`countynet.surroundings`).

`linux` and `vendors` (pure) read what devices print, `reading` asks them all at once, `sending` sends. No setting of a
device is changed.
"""
