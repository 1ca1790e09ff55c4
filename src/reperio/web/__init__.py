"""ASGI application: JSON API and pages."""
