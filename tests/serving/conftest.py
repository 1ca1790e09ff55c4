"""Homes to serve."""

from __future__ import annotations

from homes import read_home, sample_home

__all__ = ["read_home", "sample_home"]
