"""Pages of the package."""

from flask import Blueprint

bp = Blueprint("archive", __name__)
