"""Event tags of terminals' scans; docs/vocabulary.md explains each."""

from enum import StrEnum


class ScanTag(StrEnum):
    """What happens in a scan of terminals."""

    SCANNED = "terminals.scanned"
    """a scan ended; says how many devices answered and how many findings stand"""
    FOUND = "terminals.found"
    """something was found that was not there before; says kind, device, port, whom and how sure"""
    GONE = "terminals.gone"
    """a finding was looked for and is not there any more"""
    ALLOWED = "terminals.allowed"
    """the center allowed more than one computer at a port, with a reason and a last day"""
    DISALLOWED = "terminals.disallowed"
    """the center took an allowance back"""
