"""A sign-on that is always there, or away, beside the real one (`applications.gate.provider.SignOn`)."""

from dataclasses import dataclass, field

from flask import redirect
from flask.typing import ResponseReturnValue

from applications.gate.allowed import Person
from applications.gate.provider import Away, Ended, NotSignedOn, Told

SIGN_IN = "https://auth.test/sign-in"


@dataclass
class FakeSignOn:
    """`told` comes back; `words` are the logout tokens that it signed."""

    told: Told = field(default_factory=lambda: Told(Person("zhang", "张三", "清岚县财政局", "person"), "s1"))
    is_away: bool = False
    words: dict[str, Ended] = field(default_factory=dict)

    def away(self) -> ResponseReturnValue:
        """Send the browser to the sign-on. Raises Away."""
        if self.is_away:
            raise Away("no answer")
        return redirect(SIGN_IN)

    def back(self) -> Told:
        """Return who comes back. Raises Away."""
        if self.is_away:
            raise Away("no answer")
        return self.told

    def ended(self, token: str) -> Ended:
        """Return what a logout token says. Raises NotSignedOn for one that was not signed here."""
        if token not in self.words:
            raise NotSignedOn("bad signature")
        return self.words[token]
