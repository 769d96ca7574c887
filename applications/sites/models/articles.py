"""Columns (栏目) and what stands in them: news, notices, videos."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.panels import FieldPanel
from wagtail.documents import get_document_model_string
from wagtail.fields import RichTextField, StreamField
from wagtail.images import get_image_model_string

from applications.sites.listing import paged
from applications.sites.models.base import SitePage
from applications.sites.models.blocks import BODY, FEATURES
from applications.sites.words import say

KINDS = [
    ("news", say("动态要闻", "News")),
    ("notices", say("通知公告", "Notices")),
    ("policy", say("政策文件", "Policy")),
    ("guide", say("办事指南", "Guides")),
    ("plan", say("人事、规划计划", "Staff and plans")),
    ("video", say("视频", "Video")),
    ("other", say("其他", "Other")),
]
EXPECTED_DAYS = {"news": 14, "notices": 183, "policy": 183, "plan": 366}
"""by the indicators for government sites (国办秘函〔2019〕19号): two weeks, six months, a year"""


class ColumnPage(SitePage):
    """A column: newest first."""

    kind = models.CharField(verbose_name=say("类型", "Kind"), max_length=20, choices=KINDS, default="news")
    every_days = models.PositiveIntegerField(
        verbose_name=say("更新期限（天，0 为不要求）", "To be renewed within (days, 0: never)"), default=0
    )
    content_panels = [*SitePage.content_panels, FieldPanel("kind"), FieldPanel("every_days")]
    parent_page_types = ["county_sites.UnitPage", "county_sites.PortalPage", "county_sites.TopicPage"]
    subpage_types = ["county_sites.ArticlePage", "county_sites.VideoPage"]
    template = "sites/column.html"

    class Meta:
        verbose_name = say("栏目", "Column")

    def get_context(self, request: HttpRequest, *args: Any, **options: Any) -> dict[str, Any]:
        """Return a sheet of its articles or videos."""
        context = super().get_context(request, *args, **options)
        model = VideoPage if self.kind == "video" else ArticlePage
        context["sheet"] = paged(request, model.objects.child_of(self).live().order_by("-dated", "-pk"))
        return context


class ArticlePage(SitePage):
    """A piece of news, a notice, a guide."""

    dated = models.DateField(verbose_name=say("日期", "Date"), default=timezone.localdate)
    source = models.CharField(verbose_name=say("来源", "Source"), max_length=80, blank=True)
    summary = models.TextField(verbose_name=say("摘要", "Summary"), blank=True, max_length=300)
    body = StreamField(BODY, verbose_name=say("内容", "Body"), blank=True)
    column_kind = models.CharField(max_length=20, editable=False, default="other", db_index=True)
    content_panels = [*SitePage.content_panels, *(FieldPanel(n) for n in ("dated", "source", "summary", "body"))]
    parent_page_types = ["county_sites.ColumnPage", "county_sites.TopicPage"]
    subpage_types: list[str] = []
    template = "sites/article.html"

    class Meta:
        verbose_name = say("文章", "Article")
        indexes = [models.Index(fields=["column_kind", "-dated"])]

    def full_clean(self, *args: Any, **options: Any) -> None:
        """Take the column's kind over, then check."""
        above = self.get_parent()
        if above is not None:
            self.column_kind = getattr(above.specific, "kind", "other")
        super().full_clean(*args, **options)


class VideoPage(SitePage):
    """A video of our own, with captions and its words in writing (WCAG 1.2.1, 1.2.2)."""

    dated = models.DateField(verbose_name=say("日期", "Date"), default=timezone.localdate)
    summary = models.TextField(verbose_name=say("摘要", "Summary"), blank=True, max_length=300)
    video = models.ForeignKey(
        get_document_model_string(),
        verbose_name=say("视频文件（mp4、webm）", "Video (mp4, webm)"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    captions = models.ForeignKey(
        get_document_model_string(),
        verbose_name=say("字幕（vtt）", "Captions (vtt)"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    poster = models.ForeignKey(
        get_image_model_string(),
        verbose_name=say("封面", "Poster"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    transcript = RichTextField(verbose_name=say("文字稿", "Transcript"), features=FEATURES)
    content_panels = [
        *SitePage.content_panels,
        *(FieldPanel(n) for n in ("dated", "summary", "video", "captions", "poster", "transcript")),
    ]
    parent_page_types = ["county_sites.ColumnPage"]
    subpage_types: list[str] = []
    template = "sites/video.html"

    class Meta:
        verbose_name = say("视频", "Video")
