"""What is no page: attempts of readers who send something (for the limit), texts to reviewers, what the watch found."""

from django.db import models

from applications.sites.words import say


class Attempt(models.Model):
    """Somebody sent a letter, a form or a survey; kept a day."""

    address = models.CharField(max_length=45)
    what = models.CharField(max_length=60)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        indexes = [models.Index(fields=["address", "what", "at"])]


class Notice(models.Model):
    """A text message that tells a reviewer that something waits (`notices`); it holds neither number nor text."""

    WAITING, SENT, OVER, FAILED = "waiting", "sent", "over", "failed"
    login = models.CharField(max_length=150, db_index=True)
    reference = models.CharField(max_length=32, unique=True)
    made = models.DateTimeField()
    due = models.DateTimeField()
    state = models.CharField(max_length=10, default=WAITING, db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField(null=True)


class Complaint(models.Model):
    """A finding of the site watch that stands."""

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(verbose_name=say("类别", "Kind"), max_length=20)
    severity = models.CharField(verbose_name=say("级别", "Severity"), max_length=10)
    unit = models.CharField(verbose_name=say("单位", "Unit"), max_length=40, db_index=True)
    url = models.CharField(verbose_name=say("页面", "Page"), max_length=500)
    detail = models.CharField(verbose_name=say("详情", "Detail"), max_length=500)
    since = models.DateTimeField(verbose_name=say("发现时间", "Since"))

    class Meta:
        verbose_name = say("监测发现", "Finding")
        verbose_name_plural = say("监测发现", "Findings")
        ordering = ["-since"]
