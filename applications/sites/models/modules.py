"""The small modules: downloads, map, topics, links."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.images import get_image_model_string

from applications.sites.listing import paged
from applications.sites.mapping import Spot, placed
from applications.sites.models.articles import ArticlePage
from applications.sites.models.base import SitePage
from applications.sites.models.blocks import BODY, ChosenBlock, FileBlock, LinkGroupBlock, PlaceBlock
from applications.sites.words import say


class DownloadPage(SitePage):
    """Files for download."""

    files = StreamField([("file", FileBlock())], verbose_name=say("文件", "Files"), blank=True)
    content_panels = [*SitePage.content_panels, FieldPanel("files")]
    parent_page_types = ["county_sites.UnitPage"]
    subpage_types: list[str] = []
    template = "sites/download.html"

    class Meta:
        verbose_name = say("资料下载", "Downloads")


class MapPage(SitePage):
    """Where the unit and its offices are, drawn here from coordinates: no map service from outside is asked."""

    places = StreamField([("place", PlaceBlock())], verbose_name=say("地点", "Places"), blank=True)
    content_panels = [*SitePage.content_panels, FieldPanel("places")]
    parent_page_types = ["county_sites.UnitPage"]
    subpage_types: list[str] = []
    template = "sites/map.html"

    class Meta:
        verbose_name = say("位置地图", "Map")

    def get_context(self, request: HttpRequest, *args: Any, **options: Any) -> dict[str, Any]:
        """Return the drawing's points: ours, and all units' small ones around them."""
        from applications.sites.models.homes import UnitPage

        context = super().get_context(request, *args, **options)
        ours = [Spot(p.value["name"], p.value["latitude"], p.value["longitude"]) for p in self.places]
        if self.home.latitude is not None and self.home.longitude is not None:
            ours.insert(0, Spot(self.home.title, self.home.latitude, self.home.longitude))
        known = UnitPage.objects.live().exclude(latitude=None).exclude(longitude=None).exclude(pk=self.home.pk)
        around = [Spot(unit.title, unit.latitude, unit.longitude) for unit in known]
        context["drawing"] = placed(ours, around)
        return context


class TopicPage(SitePage):
    """A special topic (专题): its own text and articles, and chosen pages of any unit."""

    banner = models.ForeignKey(
        get_image_model_string(),
        verbose_name=say("横幅（装饰）", "Banner (decoration)"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    summary = models.TextField(verbose_name=say("导语", "Introduction"), blank=True, max_length=500)
    body = StreamField([*BODY, ("chosen", ChosenBlock())], verbose_name=say("内容", "Body"), blank=True)
    content_panels = [*SitePage.content_panels, *(FieldPanel(n) for n in ("banner", "summary", "body"))]
    parent_page_types = ["county_sites.UnitPage", "county_sites.PortalPage", "county_sites.TopicPage"]
    subpage_types = ["county_sites.ArticlePage", "county_sites.ColumnPage", "county_sites.TopicPage"]
    template = "sites/topic.html"

    class Meta:
        verbose_name = say("专题", "Topic")

    def get_context(self, request: HttpRequest, *args: Any, **options: Any) -> dict[str, Any]:
        """Return its articles, and the topics and columns below it."""
        context = super().get_context(request, *args, **options)
        context["sheet"] = paged(request, ArticlePage.objects.child_of(self).live().order_by("-dated", "-pk"))
        context["below"] = self.get_children().live().not_type(ArticlePage)
        return context


class LinksPage(SitePage):
    """Links to other sites."""

    groups = StreamField([("group", LinkGroupBlock())], verbose_name=say("链接", "Links"), blank=True)
    content_panels = [*SitePage.content_panels, FieldPanel("groups")]
    parent_page_types = ["county_sites.UnitPage"]
    subpage_types: list[str] = []
    template = "sites/links.html"

    class Meta:
        verbose_name = say("友情链接", "Links")
