"""Files are served when a page that is online shows them, or to whom may edit: an upload alone publishes nothing."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from wagtail.documents import get_document_model
from wagtail.documents.views.serve import serve
from wagtail.images import get_image_model
from wagtail.models import Page, ReferenceIndex

from applications.sites.review import units_of


def online(thing: Any) -> bool:
    """Return whether a page that is online refers to a picture or document."""
    keys = ReferenceIndex.get_references_to(thing).filter(base_content_type__app_label="wagtailcore")
    return Page.objects.live().filter(pk__in=[key for key in keys.values_list("object_id", flat=True)]).exists()


def _may_see(request: HttpRequest, thing: Any) -> bool:
    user: Any = request.user
    works_here = user.is_authenticated and (user.is_superuser or bool(units_of(user)))
    return works_here or online(thing)


def document(request: HttpRequest, key: int, name: str) -> HttpResponseBase:
    """Serve a document. Raises Http404 for what nobody has published."""
    found = get_object_or_404(get_document_model(), pk=key)
    if not _may_see(request, found):
        raise Http404
    answer: HttpResponseBase = serve(request, key, name)
    return answer


def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """Serve a rendition of a picture; originals, which may hold the place they were taken at, never leave."""
    renditions = get_image_model().get_rendition_model()
    found = renditions.objects.select_related("image").filter(file=name).first()
    if found is None or not _may_see(request, found.image):
        raise Http404
    return FileResponse(found.file.open("rb"))
