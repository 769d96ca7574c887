"""Page types and records, one file a subject; Django finds them here."""

from applications.sites.models.articles import ArticlePage, ColumnPage, VideoPage
from applications.sites.models.disclosure import DirectoryPage, DisclosurePage
from applications.sites.models.forms import FormField, FormPage, SurveyField, SurveyPage
from applications.sites.models.homes import PortalPage, UnitPage
from applications.sites.models.letters import Letter, MailboxPage
from applications.sites.models.modules import DownloadPage, LinksPage, MapPage, TopicPage
from applications.sites.models.records import Attempt, Complaint
from applications.sites.review import ReviewTask

__all__ = [
    "ArticlePage",
    "Attempt",
    "ColumnPage",
    "Complaint",
    "DirectoryPage",
    "DisclosurePage",
    "DownloadPage",
    "FormField",
    "FormPage",
    "Letter",
    "LinksPage",
    "MailboxPage",
    "MapPage",
    "PortalPage",
    "ReviewTask",
    "SurveyField",
    "SurveyPage",
    "TopicPage",
    "UnitPage",
    "VideoPage",
]
