"""The database: opened once, written to by several processes, shared as a list of work by several hosts."""

from reperio.database.opening import BUSY_TIMEOUT_MS, create_tables, open_database, our_errors

__all__ = ["BUSY_TIMEOUT_MS", "create_tables", "open_database", "our_errors"]
