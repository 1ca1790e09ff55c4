"""The system of record: claims by source, merged resources, parents and children, what changed since."""
