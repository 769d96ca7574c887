"""Telling applications that somebody signed out here (OpenID Connect Back-Channel Logout 1.0).

One POST each, in a thread of its own, tried three times: an application that is away keeps nobody from signing out, and
ends the session by its own clock then. The word is signed, for one application, for two minutes, good once. The
application's TLS certificate is not judged, as each host may still have one of its own: whoever stands between could
only keep the word back, which they could anyway, and learn a login.
"""

import logging
import secrets
import ssl
import threading
import time
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from joserfc import jwt

from applications.certificates.signon.key import SigningKey
from applications.certificates.signon.sessions import take
from applications.certificates.web.desk import desk

EVENT = "http://schemas.openid.net/event/backchannel-logout"
GOOD, PATIENCE, TRIES, PAUSE = 120, 10.0, 3, 5.0
log = logging.getLogger(__name__)


class Leaving:
    """Tells applications; `__call__` within a request, the rest in threads."""

    def __init__(self, key: SigningKey, issuer: str) -> None:
        self._key, self._issuer = key, issuer

    def __call__(self, login: str, sid: str = "") -> None:
        """Tell whoever knows of a session, or without one of any of somebody's, that it ended."""
        for client in take(sid, login):
            row = desk().clients.find(client)
            if row is not None and row.get("ended"):
                work = (str(row["ended"]), client, login, sid)
                threading.Thread(target=self._tell, args=work, daemon=True, name=f"leaving {client}").start()

    def _tell(self, address: str, client: str, login: str, sid: str) -> None:
        for left in range(TRIES, 0, -1):
            try:
                self._send(address, self.word(client, login, sid))
            except OSError as error:
                log.warning("%s could not be told that %s signed out: %s", client, login, error)
                if left > 1:
                    time.sleep(PAUSE)
            else:
                return

    def word(self, client: str, login: str, sid: str) -> str:
        """Return the signed word (2.4)."""
        now = int(time.time())
        claims = {
            "iss": self._issuer,
            "aud": client,
            "iat": now,
            "exp": now + GOOD,
            "jti": secrets.token_urlsafe(16),
            "sub": login,
            "events": {EVENT: {}},
        }
        header = {"alg": "ES256", "kid": self._key.name, "typ": "logout+jwt"}
        return str(jwt.encode(header, claims | ({"sid": sid} if sid else {}), self._key.private, ["ES256"]))

    @staticmethod
    def _send(address: str, word: str) -> None:
        if not address.startswith("https://"):
            raise OSError(f"{address} is no https address")
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        asked = Request(address, urlencode({"logout_token": word}).encode())  # noqa: S310 - https, see above
        urlopen(asked, timeout=PATIENCE, context=context).close()  # noqa: S310
