"""The one blueprint of the audit's pages; `views` brings its modules together."""

from flask import Blueprint

audit = Blueprint("audit", __name__)
