"""The application as Django knows it."""

from django.apps import AppConfig


class CountySites(AppConfig):
    """Label `county_sites`; its name stands before every table."""

    name = "applications.sites"
    label = "county_sites"
    verbose_name = "网站群"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to what is published, so that the search index follows."""
        from applications.sites import indexing, policy

        indexing.listen()
        policy.register()
