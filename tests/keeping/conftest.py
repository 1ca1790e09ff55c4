"""Homes to keep, and a PostgreSQL server to move to."""

from __future__ import annotations

from homes import read_home, sample_home
from postgresql import postgresql

__all__ = ["postgresql", "read_home", "sample_home"]
