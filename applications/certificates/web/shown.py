"""The words and signs for the values that pages show; every text is a key of texts.json."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

KINDS = {
    "person": "Person's certificate",
    "seal": "Seal",
    "server": "Server's certificate",
}
STATES = {"waiting": "waits for approval", "approved": "approved", "refused": "refused", "issued": "issued"}
ROLES = {"person": "Staff", "officer": "Approving officer", "admin": "Keeper of accounts", "auditor": "Auditor"}
REASONS = {
    "unspecified": "not said",
    "key_compromise": "key lost or stolen",
    "affiliation_changed": "left the unit",
    "superseded": "replaced by another",
    "cessation_of_operation": "no longer needed",
    "privilege_withdrawn": "right withdrawn",
}
PLACES = {
    "bottom-right": "at the bottom, right",
    "bottom-middle": "at the bottom, middle",
    "bottom-left": "at the bottom, left",
    "top-right": "at the top, right",
}
VERDICTS = {
    "good": "The file is as it was sealed.",
    "doubt": "There is something to ask about.",
    "bad": "Do not trust this file.",
}
SIGNS = {"good": "✓", "doubt": "?", "bad": "✕"}
SHOWN: Mapping[str, Any] = {
    "kind_words": KINDS,
    "state_words": STATES,
    "roles_words": ROLES,
    "reason_words": REASONS,
    "place_words": PLACES,
    "verdict_words": VERDICTS,
    "verdict_signs": SIGNS,
    "zone": dt.timezone(dt.timedelta(hours=8)),
}
"""what every template can name; China has one time and no summer time"""
