"""The poller: watches every device by ping, SNMP and LLDP and keeps what it learns."""

from monitoring.poller.process import once, run

__all__ = ["once", "run"]
