"""Pages of the package."""

from flask import Blueprint

bp = Blueprint("drafting", __name__)
