"""The blueprint that the files with pages of agreements share."""

from flask import Blueprint

bp = Blueprint("agreements", __name__)
