"""What a user asks, as a frozen tree: parsing, planning, fusing, explaining. Knows no HTML."""
