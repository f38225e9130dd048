"""The pages of signing hang on this one blueprint; views.py and the pages in the folders beside it add to it."""

from flask import Blueprint

bp = Blueprint("signing", __name__)
