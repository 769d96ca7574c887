"""Intrusions: what intrusion detection, intrusion prevention and virus gateways tell by syslog, as findings.

A finding is one signature from one source to one target, as one sensor tells it, however often it is told: a thousand
equal alerts are one row with a count, its first and its last time. It stands until somebody answers it, or until the
center accepts it as a false alarm for a time; what comes after an answer is a new finding. The line itself stays in the
log, whatever becomes of its finding. Lines of senders that no inventory knows make no finding (anybody can send a
datagram); they are counted.
"""
