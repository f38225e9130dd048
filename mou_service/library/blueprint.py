"""The name under which the pages of this package are found."""

from flask import Blueprint

bp = Blueprint("library", __name__)
