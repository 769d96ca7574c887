"""Forms that a unit puts together itself, and surveys with results. Wagtail keeps what was sent."""

import json
from collections import Counter
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.contrib.forms.models import FORM_FIELD_CHOICES, AbstractForm, AbstractFormField
from wagtail.fields import RichTextField

from applications.sites.limits import may_send
from applications.sites.models.base import SitePage
from applications.sites.models.blocks import FEATURES
from applications.sites.words import say

COUNTED = {"radio", "dropdown", "checkboxes", "multiselect", "checkbox"}
"""types of fields whose answers are counted in a survey's results"""
SURVEY_CHOICES = [choice for choice in FORM_FIELD_CHOICES if choice[0] in COUNTED | {"singleline", "multiline"}]


class FormField(AbstractFormField):
    """A field of a form."""

    page = ParentalKey("FormPage", on_delete=models.CASCADE, related_name="form_fields")


class SurveyField(AbstractFormField):
    """A question of a survey."""

    field_type = models.CharField(verbose_name=say("类型", "Type"), max_length=16, choices=SURVEY_CHOICES)
    page = ParentalKey("SurveyPage", on_delete=models.CASCADE, related_name="form_fields")


class _Sent(SitePage, AbstractForm):
    """A page with a form: refuses floods and what a hidden field says no person sent."""

    intro = RichTextField(verbose_name=say("说明", "About it"), features=FEATURES, blank=True)
    thanks = models.CharField(
        verbose_name=say("提交后的话", "Words after sending"), max_length=200, default="已收到，谢谢。"
    )
    parent_page_types = ["county_sites.UnitPage"]
    subpage_types: list[str] = []
    landing_page_template = "sites/sent.html"

    class Meta:
        abstract = True

    def closed(self) -> bool:
        """Return whether nothing is taken any more."""
        return False

    def serve(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        """Show the form, or take what was sent."""
        if request.method == "POST":
            if self.closed():
                return render(request, "sites/refused.html", {**self.get_context(request), "why": "closed"}, status=403)
            if request.POST.get("homepage") or not may_send(request, f"form:{self.pk}"):
                return render(request, "sites/refused.html", {**self.get_context(request), "why": "many"}, status=429)
        answer: HttpResponse = super().serve(request, *args, **options)
        return answer


class FormPage(_Sent):
    """A form: an application for disclosure (依申请公开), a registration, a report."""

    content_panels = [
        *SitePage.content_panels,
        FieldPanel("intro"),
        InlinePanel("form_fields", label=say("表单项", "Field")),
        FieldPanel("thanks"),
    ]
    template = "sites/form.html"

    class Meta:
        verbose_name = say("在线表单", "Form")


class SurveyPage(_Sent):
    """A survey with a last day; its results are shown while it runs, after it, or never."""

    closes_on = models.DateField(verbose_name=say("截止日期", "Last day"), null=True, blank=True)
    results = models.CharField(
        verbose_name=say("结果公开", "Results"),
        max_length=10,
        choices=[
            ("after", say("结束后", "when over")),
            ("always", say("随时", "always")),
            ("never", say("不公开", "never")),
        ],
        default="after",
    )
    content_panels = [
        *SitePage.content_panels,
        FieldPanel("intro"),
        InlinePanel("form_fields", label=say("问题", "Question")),
        FieldPanel("closes_on"),
        FieldPanel("results"),
        FieldPanel("thanks"),
    ]
    template = "sites/form.html"

    class Meta:
        verbose_name = say("在线调查", "Survey")

    def closed(self) -> bool:
        """Return whether the last day is over."""
        return self.closes_on is not None and self.closes_on < timezone.localdate()

    def get_context(self, request: HttpRequest, *args: Any, **options: Any) -> dict[str, Any]:
        """Return the results when they are to be seen."""
        context = super().get_context(request, *args, **options)
        context["closed"] = self.closed()
        if self.results == "always" or (self.results == "after" and self.closed()):
            context["counted"], context["total"] = self.counted()
        return context

    def counted(self) -> tuple[list[tuple[str, list[tuple[str, int, int]]]], int]:
        """Return per question (choice, count, percent), and how many answered."""
        sent = [s.form_data for s in self.get_submission_class().objects.filter(page=self)]
        rows = [json.loads(data) if isinstance(data, str) else data for data in sent]
        found = []
        for field in self.form_fields.all():
            if field.field_type not in COUNTED:
                continue
            given = Counter(one for row in rows for one in _many(row.get(field.clean_name)))
            choices = [
                c.strip() for c in field.choices.replace("\r\n", "\n").replace(",", "\n").split("\n") if c.strip()
            ]
            found.append((field.label, [(c, given[c], round(100 * given[c] / max(len(rows), 1))) for c in choices]))
        return found, len(rows)


def _many(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]
