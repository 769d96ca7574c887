"""Words of the screens in both languages, side by side: a text without its English cannot be written."""

from django.utils.functional import lazy
from django.utils.translation import get_language


def _pick(chinese: str, english: str) -> str:
    return english if (get_language() or "").startswith("en") else chinese


say = lazy(_pick, str)
"""`say(chinese, english)`: a text that is Chinese or English when it is shown, by the reader's language."""
