"""Tells reviewers by text message that something waits for them, where the county has a message gateway.

A text says how much waits and where to sign in, and nothing of what was written: a telephone is no protected screen.
One person gets one text an hour at most, with everything that waits by then; what was decided meanwhile is not told.
Who has no telephone sees it on their first page alone, as everybody does. The gateway takes a text once however often
it is asked (docs/messages.md); its silence is tried again with growing pauses, a refusal that stands is not.
"""

import http.client
import json
import logging
import secrets
import socket
import ssl
import urllib.parse
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.models import TaskState

from applications.sites.given import GivenGateway
from applications.sites.models.records import Notice
from applications.sites.review import REVIEWER, authors_of, group_name, unit_of, units_of

PAUSE = timedelta(hours=1)
"""between two texts to one person"""
AGAIN = timedelta(seconds=15)
TRIES = 10
FOR_GOOD = frozenset({400, 409})
"""answers of the gateway that asking again does not change, as to a number that is no mobile telephone's"""
PATIENCE = 10.0
KEPT = timedelta(days=90)
LARGEST = 1 << 16

log = logging.getLogger(__name__)


def submitted(sender: Any, instance: Any, **_: Any) -> None:
    """Have the reviewers told of what was handed over, but who wrote it (Wagtail's `task_submitted`)."""
    obj = instance.workflow_state.content_object
    if settings.GIVEN.gateway is None or obj is None:
        return
    code, now = unit_of(obj), timezone.now()
    people = get_user_model().objects.filter(is_active=True, groups__name=group_name(code, REVIEWER))
    for login in people.exclude(pk__in=authors_of(obj)).values_list("username", flat=True):
        if not telephones().get(login) or Notice.objects.filter(login=login, state=Notice.WAITING).exists():
            continue
        last = Notice.objects.filter(login=login, state=Notice.SENT).order_by("-at").first()
        due = max(now, last.at + PAUSE) if last else now
        Notice.objects.create(login=login, reference=secrets.token_hex(16), made=now, due=due)


def telephones() -> dict[str, str]:
    """Return who has a telephone: login -> number, as the county has it now."""
    return {one.login: one.telephone for one in settings.GIVEN.people if one.telephone}


def send_due() -> int:
    """Send what is due; return how many texts the gateway took."""
    gateway, now, taken = settings.GIVEN.gateway, timezone.now(), 0
    if gateway is None:
        return 0
    Notice.objects.filter(made__lt=now - KEPT).delete()
    for notice in Notice.objects.filter(state=Notice.WAITING, due__lte=now):
        told, number = words(notice.login), telephones().get(notice.login, "")
        if told and number:
            taken += _send(gateway, notice, number, told)
        else:
            _put(notice, Notice.OVER)
    return taken


def words(login: str) -> str:
    """Return what a person is told; empty when nothing waits for them."""
    user = get_user_model().objects.filter(username=login, is_active=True).first()
    waiting = sum(user.pk not in authors_of(obj) for obj in _waits(user)) if user else 0
    if not waiting:
        return ""
    where = f"https://{settings.GIVEN.host}/manage/"
    return f"{settings.GIVEN.county}网站群：有 {waiting} 件内容等待您审核，请登录 {where} 办理。"


def _waits(user: Any) -> list[Any]:
    codes = units_of(user, (REVIEWER,))
    states: QuerySet[TaskState] = TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS)
    held = (state.workflow_state.content_object for state in states)
    return [obj for obj in held if obj is not None and unit_of(obj) in codes]


def _send(gateway: GivenGateway, notice: Notice, number: str, told: str) -> bool:
    try:
        status = _post(gateway, {"to": number, "text": told, "id": f"sites-{notice.reference}"})
    except (OSError, http.client.HTTPException, ValueError) as error:
        status, why = 0, str(error)
    else:
        why = f"HTTP {status}"
    if status in (200, 202):
        _put(notice, Notice.SENT)
        return True
    log.warning("notice %s to %s was not taken: %s", notice.pk, notice.login, why)
    notice.tries += 1
    notice.due = timezone.now() + AGAIN * 2**notice.tries
    _put(notice, Notice.FAILED if status in FOR_GOOD or notice.tries >= TRIES else Notice.WAITING)
    return False


def _put(notice: Notice, state: str) -> None:
    notice.state, notice.at = state, timezone.now()
    notice.save()


def _post(gateway: GivenGateway, message: dict[str, str]) -> int:
    """Give the gateway a message; return its answer's status. Raises OSError, HTTPException."""
    parts = urllib.parse.urlsplit(gateway.url)
    context = ssl.create_default_context(cadata=gateway.authority or None)
    link = _Link(str(parts.hostname), parts.port or 443, gateway.address, context)
    try:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {gateway.key}"}
        link.request("POST", parts.path or "/", json.dumps(message).encode(), headers)
        answer = link.getresponse()
        answer.read(LARGEST)
        return answer.status
    finally:
        link.close()


class _Link(http.client.HTTPSConnection):
    """A connection to an address that is vouched for under a name, as names may not be served here."""

    def __init__(self, host: str, port: int, address: str, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=PATIENCE, context=context)
        self.at, self.trust = (address or host, port), context

    def connect(self) -> None:
        """Connect to the address and check the name."""
        self.sock = self.trust.wrap_socket(socket.create_connection(self.at, PATIENCE), server_hostname=self.host)
