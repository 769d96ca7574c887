"""What all pages share: the unit they belong to, the gate of review, and the way in which they are shown."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from wagtail.models import Page

from applications.sites.review import Gated, Tester
from applications.sites.textof import words_in

PORTAL_CODE = "portal"


class SitePage(Gated, Page):
    """A page of a unit or of the portal."""

    icon = "doc-empty"
    """icon of the page's module"""
    show_in_menus_default = True

    class Meta:
        abstract = True

    def permissions_for_user(self, user: Any) -> Tester:
        """Return who may do what; see `review.Tester`."""
        return Tester(user, self)

    @property
    def day(self) -> Any:
        """The date under which lists show it."""
        return getattr(self, "dated", None) or getattr(self, "made_on", None)

    @cached_property
    def home(self) -> Any:
        """The unit's home page that this one stands below; the portal itself for what stands right below it."""
        from applications.sites.models.homes import PortalPage, UnitPage

        above = self.get_ancestors(inclusive=True) if self.pk else self.get_parent().get_ancestors(inclusive=True)
        chain = list(above.specific(defer=False).filter(depth__lte=3))
        homes = [page for page in chain if isinstance(page, UnitPage | PortalPage)]
        return homes[-1] if homes else None

    @property
    def unit_code(self) -> str:  # type: ignore[override]
        """Code of the unit that writes and reviews this page."""
        return self.home.code if self.home is not None else PORTAL_CODE

    def full_clean(self, *args: Any, **options: Any) -> None:
        """Refuse words that the county forbids, with all of them named. Raises ValidationError."""
        super().full_clean(*args, **options)
        found = words_in(self, settings.GIVEN.forbidden)
        if found:
            raise ValidationError(f"{settings.FORBIDDEN_WORDS_MESSAGE}: {'、'.join(found)}")

    def get_context(self, request: HttpRequest, *args: Any, **options: Any) -> dict[str, Any]:
        """Return the template's variables: the home and its menu."""
        context: dict[str, Any] = super().get_context(request, *args, **options)
        home = self.home
        context["home"] = home
        context["menu"] = home.get_children().live().in_menu() if home is not None and home.depth > 2 else []
        context["trail"] = self.get_ancestors().filter(depth__gte=2) if self.depth > 2 else []
        return context
