"""Raw bytes as fetched, with provenance and digest. Never interprets them."""
