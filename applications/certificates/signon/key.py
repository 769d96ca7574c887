"""The key that signs what applications are told (ES256). It is the web process's own, not the authority's: it vouches
for minutes, and a new one is made when the file is taken away."""

from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from joserfc.jwk import ECKey

from applications.certificates.authority.issue import new_key
from applications.certificates.keeper.keyring import write


class SigningKey:
    """The key of a file, made when there is none."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            kind = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
            write(path, new_key().private_bytes(*kind), secret=True)
        self.private: Any = ECKey.import_key(path.read_bytes())
        self.name: str = self.private.thumbprint()

    def public(self) -> dict[str, Any]:
        """Return the public key as applications take it (JWK)."""
        return {**self.private.as_dict(private=False), "kid": self.name, "use": "sig", "alg": "ES256"}
