"""How intent asks for a secret: by its name, with BadInput for one that is missing. Pure."""

from collections.abc import Callable

from pydantic import SecretStr

Secrets = Callable[[str], SecretStr]
