"""The JSON API, and the contract of the original product beside it."""
