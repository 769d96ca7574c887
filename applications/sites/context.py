"""What every template knows: the county, its portal, and the reader's size and contrast, kept in a cookie."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

SIZES = ("normal", "large", "huge")
LOOKS = ("plain", "contrast")


def county(request: HttpRequest) -> dict[str, Any]:
    """Return the variables."""
    size, look = request.COOKIES.get("size", ""), request.COOKIES.get("look", "")
    return {
        "given": settings.GIVEN,
        "portal": f"https://{settings.GIVEN.host}" if request.get_host() in settings.GIVEN.names.values() else "",
        "size": size if size in SIZES else "normal",
        "look": look if look in LOOKS else "plain",
    }
