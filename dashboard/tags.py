"""The event tags of the dashboard: who came in, who was refused, who left, whose account or token changed."""

from enum import StrEnum


class UserTag(StrEnum):
    """What happened to an account or a session."""

    CREATED = "user.created"
    PASSWORD_SET = "user.password-set"  # noqa: S105 - the name of an event
    SIGNED_IN = "user.signed-in"
    REFUSED = "user.refused"
    SIGNED_OUT = "user.signed-out"


class TokenTag(StrEnum):
    """What happened to a token of the API."""

    CREATED = "token.created"
    REVOKED = "token.revoked"
    REFUSED = "token.refused"
    """it was expired or revoked, or tried what its scopes do not hold"""
