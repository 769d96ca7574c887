"""The portal and the home page of each unit."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField

from applications.sites.listing import latest
from applications.sites.models.base import PORTAL_CODE, SitePage
from applications.sites.models.blocks import FEATURES
from applications.sites.words import say

NEWS, NOTICES, TOPICS = "news", "notices", "topics"


class PortalPage(SitePage):
    """The county's portal: the latest of all sites, their directory, the search over all."""

    code = PORTAL_CODE
    welcome = RichTextField(verbose_name=say("欢迎词", "Welcome"), features=FEATURES, blank=True)
    content_panels = [*SitePage.content_panels, FieldPanel("welcome")]
    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["county_sites.UnitPage", "county_sites.TopicPage", "county_sites.ColumnPage"]
    template = "sites/portal.html"

    class Meta:
        verbose_name = say("门户", "Portal")

    def get_context(self, request: HttpRequest, *args: Any, **options: Any) -> dict[str, Any]:
        """Return the latest news and notices of all, topics, and units by kind."""
        from applications.sites.models.modules import TopicPage

        context = super().get_context(request, *args, **options)
        context["news"] = latest(self, NEWS, 10)
        context["notices"] = latest(self, NOTICES, 10)
        context["disclosed"] = latest(self, "disclosure", 10)
        context["topics"] = (
            TopicPage.objects.descendant_of(self).live().exclude(slug=TOPICS).order_by("-first_published_at")[:6]
        )
        context["groups"] = self.directory()
        return context

    def directory(self) -> list[tuple[str, list["UnitPage"]]]:
        """Return the units below the heading of their kind, in the county's order."""
        found: dict[str, list[UnitPage]] = {}
        for unit in UnitPage.objects.child_of(self).live().order_by("path"):
            found.setdefault(unit.heading, []).append(unit)
        return list(found.items())


class UnitPage(SitePage):
    """A unit's home. Its code is the inventory's id and never changes."""

    code = models.CharField(verbose_name=say("代码", "Code"), max_length=40, unique=True, editable=False)
    kind = models.CharField(verbose_name=say("类别", "Kind"), max_length=20, editable=False)
    heading = models.CharField(verbose_name=say("分组", "Group"), max_length=60, editable=False, default="")
    about = RichTextField(verbose_name=say("单位概况", "About the unit"), features=FEATURES, blank=True)
    address = models.CharField(verbose_name=say("地址", "Address"), max_length=200, blank=True)
    telephone = models.CharField(verbose_name=say("电话", "Telephone"), max_length=60, blank=True)
    hours = models.CharField(verbose_name=say("办公时间", "Hours"), max_length=120, blank=True)
    latitude = models.FloatField(verbose_name=say("纬度", "Latitude"), null=True, blank=True)
    longitude = models.FloatField(verbose_name=say("经度", "Longitude"), null=True, blank=True)
    content_panels = [
        *SitePage.content_panels,
        FieldPanel("about"),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("address", "telephone", "hours", "latitude", "longitude")],
            heading=say("联系方式", "Contact"),
        ),
    ]
    parent_page_types = ["county_sites.PortalPage"]
    template = "sites/unit.html"

    class Meta:
        verbose_name = say("单位首页", "Unit's home")

    def get_context(self, request: HttpRequest, *args: Any, **options: Any) -> dict[str, Any]:
        """Return what is new of each kind."""
        context = super().get_context(request, *args, **options)
        context["news"] = latest(self, NEWS, 8)
        context["notices"] = latest(self, NOTICES, 8)
        context["disclosed"] = latest(self, "disclosure", 8)
        context["modules"] = self.get_children().live().specific()
        return context
