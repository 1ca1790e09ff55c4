"""Comparing two profiles, one family of features a module: each says at which level the two meet, and in what."""
