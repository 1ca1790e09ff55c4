"""The model, the readers and the writers. Never decides whether two records are the same."""
