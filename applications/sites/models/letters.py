"""The mailbox (领导信箱): letters of readers, and answers that a second person approves before they are seen.

A letter is a snippet with Wagtail's workflow: `live` means that its answer is given. What a reader writes is never seen
by others unless the reader and the unit both want it; the number and a code of the reader's own show the answer.
"""

import secrets
from typing import Any

from django import forms
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import DraftStateMixin, LockableMixin, RevisionMixin, WorkflowMixin

from applications.sites.limits import may_send
from applications.sites.listing import paged
from applications.sites.models.base import SitePage
from applications.sites.models.blocks import FEATURES
from applications.sites.review import Gated
from applications.sites.words import say

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class MailboxPage(SitePage):
    """The page on which letters are written, asked after and read."""

    intro = RichTextField(verbose_name=say("说明", "About it"), features=FEATURES, blank=True)
    content_panels = [*SitePage.content_panels, FieldPanel("intro")]
    parent_page_types = ["county_sites.UnitPage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1
    template = "sites/mailbox.html"

    class Meta:
        verbose_name = say("领导信箱", "Mailbox")

    def get_context(self, request: HttpRequest, *args: Any, **options: Any) -> dict[str, Any]:
        """Return the letters that all may read, and the form."""
        context = super().get_context(request, *args, **options)
        shown = Letter.objects.filter(mailbox=self, live=True, wants_public=True, show_all=True)
        context["sheet"] = paged(request, shown.order_by("-received_at"))
        context.setdefault("form", LetterForm())
        return context

    def serve(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        """Show the page, take a letter, or show what became of one."""
        if request.method != "POST":
            answer: HttpResponse = super().serve(request, *args, **options)
            return answer
        context = self.get_context(request)
        if request.POST.get("homepage") or not may_send(request, f"letters:{self.pk}"):
            return render(request, "sites/refused.html", {**context, "why": "many"}, status=429)
        if "code" in request.POST:
            return render(request, "sites/letter.html", {**context, "letter": self._asked(request)})
        form = LetterForm(request.POST)
        if not form.is_valid():
            return render(request, self.template, {**context, "form": form}, status=400)
        return render(request, "sites/letter_sent.html", {**context, "letter": self._take(form)})

    def _asked(self, request: HttpRequest) -> "Letter | None":
        letter = Letter.objects.filter(mailbox=self, number=request.POST.get("number", "").strip()).first()
        code = request.POST.get("code", "").strip().upper()
        return letter if letter is not None and constant_time_compare(letter.code, code) else None

    @transaction.atomic
    def _take(self, form: "LetterForm") -> "Letter":
        letter: Letter = form.save(commit=False)
        letter.mailbox, letter.unit_code, letter.live = self, self.unit_code, False
        letter.code = "".join(secrets.choice(ALPHABET) for _ in range(8))
        start = f"{self.unit_code}-{timezone.localdate():%Y%m%d}-"
        letter.number = f"{start}{Letter.objects.filter(number__startswith=start).count() + 1:03d}"
        letter.save()
        return letter


class Letter(Gated, WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, models.Model):
    """A letter and its answer."""

    mailbox = models.ForeignKey(MailboxPage, on_delete=models.PROTECT, related_name="letters")
    unit_code = models.CharField(verbose_name=say("单位", "Unit"), max_length=40, db_index=True)
    number = models.CharField(verbose_name=say("编号", "Number"), max_length=60, unique=True)
    code = models.CharField(max_length=8)
    name = models.CharField(verbose_name=say("姓名", "Name"), max_length=40)
    contact = models.CharField(verbose_name=say("联系方式", "Contact"), max_length=80)
    subject = models.CharField(verbose_name=say("主题", "Subject"), max_length=80)
    question = models.TextField(verbose_name=say("内容", "Text"), max_length=3000)
    wants_public = models.BooleanField(
        verbose_name=say("来信人同意公开", "The writer agrees to publication"), default=False
    )
    received_at = models.DateTimeField(verbose_name=say("收到时间", "Received"), default=timezone.now)
    answer = models.TextField(verbose_name=say("答复", "Answer"), max_length=5000, blank=True)
    show_all = models.BooleanField(verbose_name=say("公开来信和答复", "Publish letter and answer"), default=False)
    answered_at = models.DateTimeField(verbose_name=say("答复时间", "Answered"), null=True, blank=True)
    panels = [
        MultiFieldPanel(
            [
                FieldPanel(n, read_only=True)
                for n in ("number", "name", "contact", "subject", "question", "wants_public")
            ],
            heading=say("来信", "Letter"),
        ),
        FieldPanel("answer"),
        FieldPanel("show_all"),
    ]

    class Meta:
        verbose_name = say("信件", "Letter")
        verbose_name_plural = say("领导信箱来信", "Letters")
        ordering = ["-received_at"]

    def __str__(self) -> str:
        """Say the number alone: Wagtail's reports show it to people of other units."""
        return self.number

    def full_clean(self, *args: Any, **options: Any) -> None:
        """Check it; a letter that its writer wants kept back is never published."""
        super().full_clean(*args, **options)
        if self.show_all and not self.wants_public:
            raise forms.ValidationError(
                {"show_all": say("来信人不同意公开", "The writer does not agree to publication")}
            )


class LetterForm(forms.ModelForm):
    """What a reader fills in."""

    class Meta:
        model = Letter
        fields = ["name", "contact", "subject", "question", "wants_public"]
        widgets = {"question": forms.Textarea(attrs={"rows": 8})}
        labels = {"wants_public": "同意公开来信内容和答复（不公开姓名和联系方式）"}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["contact"].widget.attrs["autocomplete"] = "tel"
