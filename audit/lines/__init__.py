"""Checks of lines: what each platform's own configuration text must and must not say."""

from audit.lines import accounts, crypto, forwarding, records, remote, routing, services, snmp, switching
from audit.model import Check

CHECKS: tuple[Check, ...] = (
    *remote.CHECKS,
    *accounts.CHECKS,
    *snmp.CHECKS,
    *records.CHECKS,
    *switching.CHECKS,
    *routing.CHECKS,
    *forwarding.CHECKS,
    *services.CHECKS,
    *crypto.CHECKS,
)
