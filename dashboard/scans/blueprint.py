"""The one blueprint of findings about terminals; `views` brings its modules together."""

from flask import Blueprint

scans = Blueprint("scans", __name__)
