"""`sitewatch`: look at the sites again and again; put online what is due; tell reviewers between rounds."""

import json
import logging
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import close_old_connections, transaction
from django.utils import timezone

from applications.sites import notices
from applications.sites.models import Complaint
from applications.sites.watch.fetch import Fetcher
from applications.sites.watch.judge import Finding
from applications.sites.watch.look import Ledger, Round, gone, look

TELL_SECONDS = 5.0
WHOLE = ("stale", "letters", "report")
"""kinds that every round judges whole, not page by page"""


class Command(BaseCommand):
    """Watches the sites."""

    help = "Look at the sites, every so many seconds or once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the port of the sites and how often to look."""
        parser.add_argument("--port", type=int, default=8021)
        parser.add_argument("--every", type=float, default=0, help="seconds between rounds; 0: once")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it. A round that fails is logged, and the next one tries again."""
        folder = settings.GIVEN.data / "watch"
        while True:
            try:
                self._round(folder, options["port"])
            except Exception:
                if not options["every"]:
                    raise
                logging.getLogger(__name__).exception("a round of the site watch failed")
            if not options["every"]:
                return
            self._rest(options["every"])

    def _rest(self, seconds: float) -> None:
        """Wait for the next round; meanwhile reviewers are told what waits for them."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            try:
                notices.send_due()
            except Exception:
                logging.getLogger(__name__).exception("notices to reviewers failed")
            close_old_connections()
            time.sleep(min(TELL_SECONDS, max(ends - time.monotonic(), 0)))

    def _round(self, folder: Path, port: int) -> None:
        began = time.monotonic()
        call_command("publish_scheduled", verbosity=0)
        report = folder / "report.json"
        said = json.loads(report.read_text("utf-8")) if report.exists() else {}
        given = settings.GIVEN
        fetcher = Fetcher(given.host, port, given.outside, tuple(given.names.values()))
        ledger = Ledger(folder / "ledger.json")
        done, place = look(fetcher, ledger, said.get("next", 0))
        ledger.save()
        keep(done)
        said = {
            "looked_at": timezone.now().isoformat(timespec="seconds"),
            "seconds": round(time.monotonic() - began, 1),
            "pages": len(done.urls),
            "next": place,
        }
        report.write_text(json.dumps(said), "utf-8")
        self.stdout.write(f"pages: {len(done.urls)}, findings: {Complaint.objects.count()}, seconds: {said['seconds']}")


@transaction.atomic
def keep(done: Round) -> None:
    """Write what stands now: what a looked-at page no longer has is over, and so is all of a page that went."""
    found = {one.key: one for one in done.findings}
    known = {one.key: one for one in Complaint.objects.all()}
    for key, one in found.items():
        _put(known.get(key), one)
    over = gone({one.url for one in known.values()})
    for key, old in known.items():
        judged = old.kind in WHOLE or old.url in done.urls or old.url in over
        if key not in found and judged:
            old.delete()


def _put(old: Complaint | None, one: Finding) -> None:
    if old is None:
        now = timezone.now()
        Complaint.objects.create(
            key=one.key, kind=one.kind, severity=one.severity, unit=one.unit, url=one.url, detail=one.detail, since=now
        )
    elif (old.severity, old.detail) != (one.severity, one.detail):
        old.severity, old.detail = one.severity, one.detail
        old.save()
