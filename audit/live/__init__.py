"""Live probes from the management station: what devices really answer, as facts for the checks.

Every socket is made where the station stands (the twin's namespace, or here on a real network). A probe that cannot be
made says so; it never counts as silence.
"""
