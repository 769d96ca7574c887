"""SNMP notifications (RFC 3416 section 4.2.6 and 4.2.7, RFC 3414, RFC 3584): decoded, judged, counted, kept.

`notification` and `envelope` are bytes in, values out; `clocks` refuses replays; `intake` bounds what a storm can do.
"""
