"""Where a web server finds the application."""

from mou_service.app import create_app

app = create_app()
