"""Live counters of filter rules, read from the devices that count and can tell; for `countynet rules --counters`.

`words` reads what devices print, `reading` asks them. Nothing is changed on a device, no counter is set back.
"""
