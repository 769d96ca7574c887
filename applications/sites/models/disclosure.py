"""The directory of disclosed information (信息公开目录), by the categories of the law; see `legal`."""

from typing import Any
from urllib.parse import quote

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField

from applications.sites.legal import CATEGORIES, categories_of
from applications.sites.listing import paged
from applications.sites.models.base import SitePage
from applications.sites.models.blocks import BODY, FEATURES
from applications.sites.words import say

CHOICES = [(category.code, say(f"{category.basis} {category.name}", category.name_en)) for category in CATEGORIES]
STATES = [
    ("valid", say("有效", "In force")),
    ("repealed", say("废止", "Repealed")),
    ("expired", say("失效", "No longer in force")),
]


class DirectoryPage(SitePage):
    """A unit's directory: all its categories with how many stand in each, and the list of one."""

    intro = RichTextField(verbose_name=say("说明", "About it"), features=FEATURES, blank=True)
    content_panels = [*SitePage.content_panels, FieldPanel("intro")]
    parent_page_types = ["county_sites.UnitPage"]
    subpage_types = ["county_sites.DisclosurePage"]
    max_count_per_parent = 1
    template = "sites/directory.html"

    class Meta:
        verbose_name = say("信息公开目录", "Directory of disclosure")

    def get_context(self, request: HttpRequest, *args: Any, **options: Any) -> dict[str, Any]:
        """Return the categories with counts, and a sheet of what `?category=` and `?year=` choose."""
        context = super().get_context(request, *args, **options)
        online = DisclosurePage.objects.child_of(self).live()
        counts = dict(online.order_by().values_list("category").annotate(models.Count("pk")))
        context["categories"] = [(one, counts.get(one.code, 0)) for one in categories_of(self.home.kind)]
        context["years"] = [day.year for day in online.dates("made_on", "year", order="DESC")]
        context["category"] = category = request.GET.get("category", "")
        context["year"] = year = request.GET.get("year", "")
        chosen = online.filter(category=category) if category else online
        if year.isascii() and year.isdigit() and len(year) == 4:
            chosen = chosen.filter(made_on__year=int(year))
        context["kept"] = f"category={quote(category)}&year={quote(year)}&"
        context["sheet"] = paged(request, chosen.order_by("-made_on", "-pk"))
        return context


class DisclosurePage(SitePage):
    """A disclosed document: index, name, abstract, date (article 12), and whether it is still in force."""

    category = models.CharField(verbose_name=say("类别", "Category"), max_length=20, choices=CHOICES)
    index_number = models.CharField(
        verbose_name=say("索引号", "Index number"), max_length=60, editable=False, default="", db_index=True
    )
    document_number = models.CharField(verbose_name=say("文号", "Document number"), max_length=60, blank=True)
    issuer = models.CharField(verbose_name=say("发布机构", "Issued by"), max_length=80, blank=True)
    made_on = models.DateField(verbose_name=say("生成日期", "Made on"), default=timezone.localdate)
    state = models.CharField(verbose_name=say("效力", "Force"), max_length=10, choices=STATES, default="valid")
    summary = models.TextField(verbose_name=say("内容概述", "Abstract"), max_length=500)
    body = StreamField(BODY, verbose_name=say("内容", "Body"), blank=True)
    content_panels = [
        *SitePage.content_panels,
        *(FieldPanel(n) for n in ("category", "document_number", "issuer", "made_on", "state", "summary", "body")),
    ]
    parent_page_types = ["county_sites.DirectoryPage"]
    subpage_types: list[str] = []
    template = "sites/disclosure.html"

    class Meta:
        verbose_name = say("公开信息", "Disclosed information")

    def full_clean(self, *args: Any, **options: Any) -> None:
        """Give it its index number, which it keeps, then check."""
        if not self.index_number:
            self.index_number = self._next_number()
        super().full_clean(*args, **options)

    def _next_number(self) -> str:
        start = f"{self.unit_code}/{self.made_on.year}-"
        taken = DisclosurePage.objects.filter(index_number__startswith=start).values_list("index_number", flat=True)
        return f"{start}{max((int(number.removeprefix(start)) for number in taken), default=0) + 1:05d}"
