"""The pages of signing hang on this one blueprint; views.py, table.py and guests.py add to it."""

from flask import Blueprint

bp = Blueprint("signing", __name__)
