"""Us and others side by side, in one run against one stand-in server.

What runs in the others' environments (`answers`, `measuring`, `peers`) uses the standard library and theirs.
"""
