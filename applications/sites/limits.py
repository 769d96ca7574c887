"""How often one address may send something: readers need no account, so floods have to end somewhere."""

from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone

PER_HOUR = 10
KEPT = timedelta(days=1)


def may_send(request: HttpRequest, what: str) -> bool:
    """Return whether one more is allowed within the hour, and count it."""
    from applications.sites.models.records import Attempt

    now = timezone.now()
    address = str(request.META.get("REMOTE_ADDR", ""))
    Attempt.objects.filter(at__lt=now - KEPT).delete()
    sent = Attempt.objects.filter(address=address, what=what, at__gt=now - timedelta(hours=1)).count()
    if sent >= PER_HOUR:
        return False
    Attempt.objects.create(address=address, what=what)
    return True
