"""Documents for searching, the engines, vectors; built aside and swapped. Never parses what users type."""
