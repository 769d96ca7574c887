"""The tables of the dashboard, registered with the foundation under the entry point group `countynet.tables`."""

from dashboard.users.store import SessionRow, UserRow

__all__ = ["SessionRow", "UserRow"]
