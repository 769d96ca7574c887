"""The checks of servers, by software."""

from audit.model import Check
from audit.servers.checks import certificates, nginx, people, postgres, rights, sshd, swan, system

CHECKS: tuple[Check, ...] = (
    *nginx.CHECKS,
    *postgres.CHECKS,
    *swan.CHECKS,
    *sshd.CHECKS,
    *system.CHECKS,
    *people.CHECKS,
    *rights.CHECKS,
    *certificates.CHECKS,
)
