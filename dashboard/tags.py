"""The event tags of the dashboard: who came in, who was refused, who left, whose account changed."""

from enum import StrEnum


class UserTag(StrEnum):
    """What happened to an account or a session."""

    CREATED = "user.created"
    PASSWORD_SET = "user.password-set"  # noqa: S105 - the name of an event
    SIGNED_IN = "user.signed-in"
    REFUSED = "user.refused"
    SIGNED_OUT = "user.signed-out"
