"""The tables of the dashboard, registered with the foundation under the entry point group `countynet.tables`."""

from dashboard.api.kept import KeptAnswer
from dashboard.tokens.store import TokenRow
from dashboard.users.store import SessionRow, UserRow

__all__ = ["KeptAnswer", "SessionRow", "TokenRow", "UserRow"]
