"""Writers: resources to JSON-LD and citations."""
