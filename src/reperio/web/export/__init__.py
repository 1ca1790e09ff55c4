"""Lists of items as files: CSV, XLSX, JSON, RIS, BibTeX."""
