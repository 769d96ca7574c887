"""Log messages as a simulated device sends them: UDP to each log host of its configuration, from its own source.

The form is the platform's (its grammar's `syslog`). A message that cannot leave is lost, as on a device.
"""

import socket
from contextlib import suppress
from datetime import UTC, datetime

from topology.twin.vendor.device import Device

PORT = 514
IP_FREEBIND = 15


class Sender:
    """Sends a device's log messages."""

    def __init__(self, device: Device) -> None:
        self._device = device
        device.loggers.append(self._send)

    def _send(self, message: str) -> None:
        config = self._device.accounts.last()
        if not config.syslog_servers:
            return
        data = self._device.grammar.syslog(self._device.running, datetime.now(UTC), message).encode()
        with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            if config.source:
                sock.setsockopt(socket.IPPROTO_IP, IP_FREEBIND, 1)
                sock.bind((str(config.source), 0))
            for server in config.syslog_servers:
                with suppress(OSError):
                    sock.sendto(data, (str(server), PORT))
