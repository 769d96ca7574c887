"""One round of the watch: homes always, the other pages in turn, columns and letters from the database.

A page of which something stands is looked at in every round, so that what is mended is told so by the next.

A page's digest is kept in a file, apart from the database, when a reviewed revision is first seen; from then on the
page has to look the same until another revision is approved.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from wagtail.models import Page

from applications.sites.models import (
    ArticlePage,
    ColumnPage,
    Complaint,
    DirectoryPage,
    DisclosurePage,
    Letter,
    PortalPage,
    UnitPage,
)
from applications.sites.models import VideoPage as Video
from applications.sites.models.base import SitePage
from applications.sites.review import approved
from applications.sites.textof import text_of
from applications.sites.watch import judge
from applications.sites.watch.fetch import Fetcher
from applications.sites.watch.judge import Finding, Kept, Seen
from applications.sites.watch.published import read

NAMES = "names"
"""where the ledger keeps which names its digests are of"""
PER_ROUND = 200
"""pages beside the homes that a round looks at"""


@dataclass
class Round:
    """What a round found, and which pages it looked at."""

    findings: list[Finding] = field(default_factory=list)
    urls: set[str] = field(default_factory=set)


class Ledger:
    """Digests of what was published, per page and revision; begun anew with other names, as links then differ."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.known: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
        names = sorted(settings.GIVEN.names.items())
        if self.known.get(NAMES, []) != [list(pair) for pair in names]:
            self.known = {NAMES: names}

    def digest(self, key: int, revision: int) -> str:
        """Return the digest as first seen; empty for a revision that was not seen yet."""
        known = self.known.get(str(key))
        return str(known[1]) if known and known[0] == revision else ""

    def put(self, key: int, revision: int, digest: str) -> None:
        """Keep a digest."""
        self.known[str(key)] = [revision, digest]

    def save(self) -> None:
        """Write the file as a whole."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps(self.known), "utf-8")
        new.replace(self.path)


def look(fetcher: Fetcher, ledger: Ledger, start: int) -> tuple[Round, int]:
    """Return what was found, and where the next round goes on."""
    done = Round()
    homes: list[SitePage] = [*PortalPage.objects.live(), *UnitPage.objects.live().order_by("path")]
    others = Page.objects.live().filter(depth__gt=3).order_by("pk")
    part = list(others.filter(pk__gt=start)[:PER_ROUND].specific())
    recent = others.order_by("-last_published_at").filter(last_published_at__isnull=False)[:20].specific()
    ill = set(Complaint.objects.values_list("url", flat=True))
    again = others.filter(pk__in=[page.pk for page in others if page.url in ill]).specific() if ill else ()
    for page in {page.pk: page for page in (*homes, *part, *recent, *again)}.values():
        if isinstance(page, SitePage):
            done.findings += _page(page, fetcher, ledger, done)
    done.findings += [one for found in (_columns(), _letters(), _reports()) for one in found]
    return done, part[-1].pk if len(part) == PER_ROUND else 0


def _page(page: SitePage, fetcher: Fetcher, ledger: Ledger, done: Round) -> Iterator[Finding]:
    path = page.url or "/"
    done.urls.add(path)
    answer = fetcher.page(path)
    shown = read(answer.body) if answer.status == 200 else None
    home = isinstance(page, UnitPage | PortalPage)
    seen = Seen(page.unit_code, path, answer.status, answer.seconds, home=home)
    yield from judge.down(seen)
    if shown is None:
        return
    seen = Seen(page.unit_code, path, 200, answer.seconds, shown.digest, text_of(page), home)
    yield from judge.words(seen, settings.GIVEN.watched + settings.GIVEN.forbidden)
    if page.live_revision_id:
        yield from judge.changed(seen, _kept(page, ledger, shown.digest))
    elif isinstance(page, ArticlePage | DisclosurePage | Video):
        yield from judge.changed(seen, Kept(0, reviewed=False, same=False, digest=""))
    asked = {link: fetcher.link(link) for link in shown.links}
    yield from judge.broken(seen, {link: status for link, status in asked.items() if status is not None})


def _kept(page: SitePage, ledger: Ledger, digest: str) -> Kept:
    revision = page.live_revision
    same = text_of(revision.as_object()) == text_of(page)
    reviewed = approved(revision)
    known = ledger.digest(page.pk, revision.pk)
    if not known and digest and same and reviewed:
        ledger.put(page.pk, revision.pk, digest)
    return Kept(revision.pk, reviewed, same, known)


def _columns() -> Iterator[Finding]:
    newest: dict[str, Any] = {}
    for model in (ArticlePage, Video):
        rows = model.objects.live().values_list("path", "dated")
        for path, day in rows:
            above = path[: -Page.steplen]
            newest[above] = max(newest.get(above, day), day)
    for column in ColumnPage.objects.live().filter(every_days__gt=0):
        made = timezone.localdate(column.first_published_at or timezone.now())
        yield from judge.stale(
            judge.Column(column.unit_code, column.url, column.title, column.every_days, newest.get(column.path), made),
            timezone.localdate(),
        )


def _letters() -> Iterator[Finding]:
    days = judge.Days(settings.GIVEN.days_off, settings.GIVEN.days_worked)
    for letter in Letter.objects.filter(live=False).select_related("mailbox"):
        waiting = judge.Waiting(letter.unit_code, letter.number, timezone.localdate(letter.received_at))
        yield from judge.late(waiting, settings.GIVEN.answer_days, letter.mailbox.url, timezone.localdate(), days)


def _reports() -> Iterator[Finding]:
    reports = DisclosurePage.objects.live().filter(category="report")
    for page in DirectoryPage.objects.live():
        years = [day.year for day in reports.child_of(page).dates("made_on", "year")]
        made = timezone.localdate(page.first_published_at or timezone.now())
        yield from judge.no_report(page.unit_code, page.url, made, years, timezone.localdate())


def gone(urls: Iterable[str]) -> set[str]:
    """Return those of some addresses that no page that is online has any more."""
    online = {page.url for page in Page.objects.live().filter(depth__gt=1)}
    return set(urls) - online
