"""Addresses: the editor below /manage/, the sites at the root."""

from django.conf import settings
from django.urls import include, path, re_path
from wagtail import urls as pages
from wagtail.admin import urls as editor

from applications.sites import files, signon, views

urlpatterns = [
    path("health", views.health),
    path("watch.json", views.watch),
    path("search/", views.search, name="search"),
    path("view/", views.display, name="display"),
    path("sign-on/", signon.begin),
    path("sign-on/back", signon.back),
    path("manage/", include(editor)),
    path("documents/<int:key>/<str:name>", files.document, name="wagtaildocs_serve"),
    re_path(rf"^{settings.MEDIA_URL.strip('/')}/(?P<name>images/[^/]+)$", files.picture),
    path("", include(pages)),
]
handler404 = "applications.sites.views.missing"
handler500 = "applications.sites.views.broken"
