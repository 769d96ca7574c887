"""The one blueprint of the record's pages; `views` brings its modules together."""

from flask import Blueprint

inventory = Blueprint("inventory", __name__)
