"""The system card, from what a ledger holds. Pure: nothing is read or written here."""
