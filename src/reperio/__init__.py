"""Reperio finds studies, datasets and survey questions across catalogues."""

__version__ = "0.1.0"
