"""The portal, the one workflow of review, and the administrator: what stands before the first unit's site."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from wagtail.models import (
    GroupPagePermission,
    Page,
    Site,
    Workflow,
    WorkflowContentType,
    WorkflowPage,
    WorkflowTask,
)

from applications.sites import indexing
from applications.sites.models import Letter, PortalPage, ReviewTask, UnitPage
from applications.sites.models.base import PORTAL_CODE
from applications.sites.review import AUTHOR, REVIEWER, group_name

WORKFLOW = "本单位审核"
ADMINISTRATOR = "administrator"


def portal() -> tuple[PortalPage, bool]:
    """Return the portal, made when it was not there, and whether anything changed."""
    given = settings.GIVEN
    page = PortalPage.objects.first()
    made = page is None
    if page is None:
        root = Page.get_first_root_node()
        page = root.add_child(
            instance=PortalPage(title=f"{given.county}政务网站群", slug=PORTAL_CODE, show_in_menus=False)
        )
        indexing.put(page)
    site, new = Site.objects.get_or_create(
        is_default_site=True, defaults={"hostname": given.host, "port": 443, "root_page": page}
    )
    if (site.hostname, site.port, site.root_page_id) != (given.host, 443, page.pk):
        site.hostname, site.port, site.root_page, site.site_name = given.host, 443, page, given.county
        site.save()
        new = True
    Page.objects.filter(depth=2).exclude(pk=page.pk).filter(content_type__model="page").delete()
    return page, made or new


def names() -> bool:
    """Have units with a DNS name of their own found by it, and by none that went. Return whether anything changed."""
    given = settings.GIVEN.names
    gone = Site.objects.filter(is_default_site=False).exclude(hostname__in=given.values())
    changes = [bool(gone.delete()[0])]
    for page in UnitPage.objects.filter(code__in=given):
        wanted = {"root_page": page, "site_name": page.title}
        site, new = Site.objects.get_or_create(hostname=given[page.code], port=443, defaults=wanted)
        if not new and (site.root_page_id, site.site_name) != (page.pk, page.title):
            site.root_page, site.site_name = page, page.title
            site.save()
            new = True
        changes.append(new)
    return any(changes)


def workflow(page: PortalPage) -> bool:
    """Have everything below the portal, and all letters, reviewed. Return whether anything changed."""
    if WorkflowPage.objects.filter(page=page).exists():
        return False
    task = ReviewTask.objects.create(name=WORKFLOW)
    made = Workflow.objects.create(name=WORKFLOW)
    WorkflowTask.objects.create(workflow=made, task=task, sort_order=0)
    WorkflowPage.objects.create(workflow=made, page=page)
    letters = ContentType.objects.get_for_model(Letter)
    WorkflowContentType.objects.update_or_create(content_type=letters, defaults={"workflow": made})
    return True


def groups(code: str, page: Page) -> tuple[Group, Group, bool]:
    """Return a unit's authors and reviewers with their rights on its pages, and whether they are new."""
    authors, new = Group.objects.get_or_create(name=group_name(code, AUTHOR))
    reviewers, _ = Group.objects.get_or_create(name=group_name(code, REVIEWER))
    if new:
        admin = Permission.objects.get(codename="access_admin")
        rights = {authors: ("add_page", "change_page"), reviewers: ("lock_page", "unlock_page")}
        for group, names in rights.items():
            group.permissions.add(admin)
            for right in Permission.objects.filter(codename__in=names, content_type__app_label="wagtailcore"):
                GroupPagePermission.objects.create(group=group, page=page, permission=right)
    return authors, reviewers, new


def administrator(password: str) -> bool:
    """Make the administrator, who looks after accounts and publishes nothing. Return whether it is new."""
    model = get_user_model()
    if not password or model.objects.filter(username=ADMINISTRATOR).exists():
        return False
    model.objects.create_superuser(ADMINISTRATOR, "", password, first_name="管理员")
    return True
