"""The routes of the archive meet here."""

from flask import Blueprint

bp = Blueprint("archive", __name__)
