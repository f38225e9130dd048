"""Pages of the package."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)
