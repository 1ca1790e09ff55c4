"""Pure cleaning of strings. Knows nothing of datasets; never touches disk or network."""
