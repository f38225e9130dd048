"""Pages of the package."""

from flask import Blueprint

bp = Blueprint("ceremonies", __name__)
