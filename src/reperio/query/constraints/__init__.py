"""Constraints stated in plain words, read into filters that people can edit."""

from reperio.query.constraints.model import Chip, Understood
from reperio.query.constraints.reader import as_words, read_constraints, with_chips
from reperio.query.constraints.titles import title_key

__all__ = ["Chip", "Understood", "as_words", "read_constraints", "title_key", "with_chips"]
