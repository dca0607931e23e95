"""Values: immutable, and they know nothing of files, network or models."""
