"""Readers: one module a format, bytes to resources and issues."""
