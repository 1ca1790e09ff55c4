"""Fixtures of the command line's tests."""

from __future__ import annotations

from homes import minilm_home, read_home

__all__ = ["minilm_home", "read_home"]
