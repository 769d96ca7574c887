"""What devices say by themselves: SNMP traps and informs, and syslog. One process beside the poller.

A message is a reason to look, never a decision: whoever can send a datagram must not be able to open or close an
alarm. So a trap has its device polled at once (`hints`), is counted and kept, and nothing more.
"""
