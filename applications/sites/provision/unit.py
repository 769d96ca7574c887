"""The site of one unit with all its modules."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils import timezone
from wagtail.models import Collection, GroupCollectionPermission
from wagtail.signal_handlers import disable_reference_index_auto_update

from applications.sites import indexing
from applications.sites.given import GivenUnit
from applications.sites.legal import DISCLOSING
from applications.sites.models import (
    ColumnPage,
    DirectoryPage,
    DownloadPage,
    FormField,
    FormPage,
    LinksPage,
    MailboxPage,
    MapPage,
    PortalPage,
    SurveyPage,
    TopicPage,
    UnitPage,
)
from applications.sites.models.articles import EXPECTED_DAYS
from applications.sites.models.base import SitePage
from applications.sites.provision.portal import groups

APPLICATION_FIELDS = (
    ("申请人姓名或名称", "singleline", True, ""),
    ("身份证明或统一社会信用代码", "singleline", True, ""),
    ("联系方式", "singleline", True, ""),
    ("申请公开的政府信息名称、文号或者特征性描述", "multiline", True, ""),
    ("获取信息的方式", "radio", True, "纸质\n电子文本\n当面领取"),
)
"""what article 29 of the regulation has an application say"""


@transaction.atomic
def site(portal: PortalPage, given: GivenUnit, heading: str) -> str:
    """Make or follow a unit's site. Return `made`, `changed` or `same`."""
    page = UnitPage.objects.filter(code=given.code).first()
    if page is None:
        page = portal.add_child(instance=_home(given, heading))
        with disable_reference_index_auto_update():  # what is empty refers to nothing
            for module in modules(given):
                _keep(page, module)
        indexing.put(page)
        _collection(given, *groups(given.code, page)[:2])
        return "made"
    wanted = {"title": given.name, "kind": given.kind, "heading": heading}
    if all(getattr(page, name) == value for name, value in wanted.items()):
        return "same"
    for name, value in wanted.items():
        setattr(page, name, value)
    page.draft_title = page.title
    page.save(clean=False)
    indexing.put(page)
    return "changed"


def _home(given: GivenUnit, heading: str) -> UnitPage:
    return UnitPage(
        title=given.name,
        slug=given.code,
        code=given.code,
        kind=given.kind,
        heading=heading,
        address=given.address,
        telephone=given.telephone,
        latitude=given.latitude,
        longitude=given.longitude,
        first_published_at=timezone.now(),
        last_published_at=timezone.now(),
    )


def modules(given: GivenUnit) -> Iterator[SitePage]:
    """Yield the pages that a new site has. Kinds of unit that the regulation does not name keep no directory."""
    yield _column("news", "工作动态")
    yield _column("notices", "通知公告")
    if given.kind in DISCLOSING:
        yield DirectoryPage(title="信息公开目录", slug="disclosure")
        yield _application()
    yield _column("guide", "办事指南")
    yield SurveyPage(title="在线调查", slug="survey")
    yield MailboxPage(title="领导信箱", slug="mailbox")
    yield DownloadPage(title="资料下载", slug="download")
    yield _column("video", "视频")
    yield TopicPage(title="专题", slug="topics")
    yield MapPage(title="位置地图", slug="map")
    yield LinksPage(title="友情链接", slug="links")


def _column(kind: str, title: str) -> ColumnPage:
    return ColumnPage(title=title, slug=kind, kind=kind, every_days=EXPECTED_DAYS.get(kind, 0))


def _application() -> FormPage:
    page = FormPage(title="依申请公开", slug="application", thanks="申请已收到，将自收到之日起 20 个工作日内答复。")
    page.form_fields = [
        FormField(label=label, field_type=kind, required=must, choices=choices, sort_order=place)
        for place, (label, kind, must, choices) in enumerate(APPLICATION_FIELDS)
    ]
    return page


def _keep(above: UnitPage, module: Any) -> None:
    """Put a module below a home that is new."""
    module.first_published_at = module.last_published_at = timezone.now()
    above.add_child(instance=module)
    indexing.put(module)


def _collection(given: GivenUnit, authors: Group, reviewers: Group) -> None:
    """Give the unit a collection of its own, so that nobody meddles with another's pictures and files."""
    made = Collection.get_first_root_node().add_child(name=f"{given.code} {given.name}")
    kinds = ("image", "document")
    rights = {authors: ("add", "change", "choose"), reviewers: ("choose",)}
    for group, verbs in rights.items():
        names = [f"{verb}_{kind}" for verb in verbs for kind in kinds]
        for right in Permission.objects.filter(
            codename__in=names, content_type__app_label__in=("wagtailimages", "wagtaildocs")
        ):
            GroupCollectionPermission.objects.create(group=group, collection=made, permission=right)
