"""Events of scoring and of people's reviews, made from what the ledger keeps."""
