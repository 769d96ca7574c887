"""How monitoring does, in memory, for tests of pages."""

from dataclasses import dataclass

from dashboard.services.health import HealthView


@dataclass
class FakeHealth:
    """A view as given."""

    view: HealthView
    secret: str | None = None
    readable: bool = True

    def look(self) -> HealthView:
        """Return it."""
        return self.view

    def metrics(self) -> bytes:
        """Return one metric."""
        return b"countynet_poll_age_seconds 3.0\n"

    def token(self) -> str | None:
        """Return it."""
        if not self.readable:
            raise PermissionError("the token's file")
        return self.secret
