"""Services asked as their users ask them: HTTP, DNS, TCP, NTP, certificates, and ping with loss and jitter.

`model` says what may be probed and `plan` what is; `ask` does it, each within its time; `part` runs all of them and
keeps the answers, which the alarm rules read. A probe changes nothing on what it asks.
"""
