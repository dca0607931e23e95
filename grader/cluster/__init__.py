"""The same batch on several machines: PostgreSQL holds the ledger, and Ray finds who grades which part."""
