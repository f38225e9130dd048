"""Pages of the package."""

from flask import Blueprint

bp = Blueprint("partners", __name__)
