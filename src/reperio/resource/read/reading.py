"""What a reader gives, under the name by which readers know it."""

from reperio.resource.reading import VALUE_MAX, Reader, Reading

__all__ = ["VALUE_MAX", "Reader", "Reading"]
