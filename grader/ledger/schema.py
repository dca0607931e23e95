"""Tables of the ledger. Rows are only added: triggers refuse UPDATE and DELETE. Leases alone come and go."""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

HEAD = "0007"
"""The newest migration; a ledger at another version is migrated when opened."""

metadata = MetaData()

texts = Table(
    "texts",
    metadata,
    Column("digest", String(71), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""Exact inputs, UTF-8 (lone surrogates passed through), each once."""

requests = Table(
    "requests",
    metadata,
    Column("digest", String(71), primary_key=True),
    Column("body", Text, nullable=False),
)
"""What was asked, as JSON; message and schema texts are named by their digests."""

runs = Table(
    "runs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("started", String(32), nullable=False),
    Column("command", Text, nullable=False),
    Column("judge", String(200), nullable=False),
    Column("settings", Text, nullable=False),
)

run_ends = Table(
    "run_ends",
    metadata,
    Column("run", ForeignKey("runs.id"), primary_key=True),
    Column("ended", String(32), nullable=False),
    Column("state", String(16), nullable=False),
)

completions = Table(
    "completions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("request", ForeignKey("requests.digest"), nullable=False),
    Column("asked", ForeignKey("requests.digest"), nullable=False),
    Column("run", ForeignKey("runs.id"), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("created", String(32), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("problem", Text, nullable=False),
    Column("prompt_tokens", Integer, nullable=False),
    Column("completion_tokens", Integer, nullable=False),
    Column("cached_tokens", Integer, nullable=False),
    Column("cost_usd", Float),
    Column("body", Text, nullable=False),
    Index("completions_by_request", "request", "outcome"),
    Index("completions_by_run", "run"),
)
"""Answers as they came, usable or not."""

records = Table(
    "records",
    metadata,
    Column("digest", String(71), primary_key=True),
    Column("created", String(32), nullable=False),
    Column("submission", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("body", Text, nullable=False),
    Index("records_by_submission", "submission"),
)
"""Grade records by content: the same outcome twice is one row."""

outcomes = Table(
    "outcomes",
    metadata,
    Column("run", ForeignKey("runs.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("record", ForeignKey("records.digest"), nullable=False),
)
"""Which record each input row of a run ended in, by its place in the input."""

calibrations = Table(
    "calibrations",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("digest", String(71), nullable=False),
    Column("created", String(32), nullable=False),
    Column("binding", String(71), nullable=False),
    Column("task", String(64), nullable=False),
    Column("status", String(32), nullable=False),
    Column("shipped", Boolean, nullable=False),
    Column("body", Text, nullable=False),
    Index("calibrations_by_binding", "binding"),
    Index("calibrations_by_digest", "digest"),
)
"""Calibrations, also the shipped ones that were put to use; of one binding the newest counts.

`binding` is empty where the judge's ratings came from a file.
"""

commitments = Table(
    "commitments",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("digest", String(71), nullable=False),
    Column("created", String(32), nullable=False),
    Column("rater", Text, nullable=False),
    Column("body", Text, nullable=False),
    Index("commitments_by_rater", "rater"),
)
"""A person's own ratings, kept before the judge's were computed or shown."""

adjudications = Table(
    "adjudications",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("created", String(32), nullable=False),
    Column("submission", Text, nullable=False),
    Column("criterion", String(64), nullable=False),
    Column("reason", String(32), nullable=False),
    Column("body", Text, nullable=False),
    Index("adjudications_by_submission", "submission"),
)
"""A named person's decisions on differences; a later one on the same criterion stands beside the earlier."""

hiring_decisions = Table(
    "hiring_decisions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("created", String(32), nullable=False),
    Column("candidate", Text, nullable=False),
    Column("assessment", String(64), nullable=False),
    Column("choice", String(16), nullable=False),
    Column("body", Text, nullable=False),
    Index("hiring_decisions_by_candidate", "candidate"),
)
"""A named person's decisions on candidates; a later one stands beside the earlier."""

leases = Table(
    "leases",
    metadata,
    Column("request", String(71), primary_key=True),
    Column("holder", String(200), nullable=False),
    Column("until", Float, nullable=False),
    Index("leases_by_holder", "holder"),
)
"""Who is asking which request at the moment, until when (seconds since 1970): work under way, no record."""

batches = Table(
    "batches",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("created", String(32), nullable=False),
    Column("run", ForeignKey("runs.id"), nullable=False),
    Index("batches_by_run", "run"),
)
"""What was meant to be handed over to a provider's batch API, noted before it is."""

batch_rows = Table(
    "batch_rows",
    metadata,
    Column("asked", ForeignKey("requests.digest"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("batch", ForeignKey("batches.id"), nullable=False),
    Column("request", ForeignKey("requests.digest"), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("segments", Integer, nullable=False),
    Index("batch_rows_by_batch", "batch"),
)
"""The requests of a batch. `number` counts how often the same was put into one, so that none is in two."""

batch_results = Table(
    "batch_results",
    metadata,
    Column("asked", String(71), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("created", String(32), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("problem", Text, nullable=False),
    ForeignKeyConstraint(["asked", "number"], ["batch_rows.asked", "batch_rows.number"]),
)
"""What became of each row; an answer, usable or not, is among the completions."""

batch_events = Table(
    "batch_events",
    metadata,
    Column("batch", ForeignKey("batches.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("created", String(32), nullable=False),
    Column("step", String(16), nullable=False),
    Column("body", Text, nullable=False),
)
"""The steps of a batch: of two processes that note the same number, one is told that it came second."""

batch_inputs = Table(
    "batch_inputs",
    metadata,
    Column("run", ForeignKey("runs.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("text", ForeignKey("texts.digest"), nullable=False),
    Column("body", Text, nullable=False),
)
"""The submissions of a run that is asked in batches, so that it ends without the input file."""

measurements = Table(
    "measurements",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("created", String(32), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("judge", Text, nullable=False),
    Column("body", Text, nullable=False),
    Index("measurements_by_kind", "kind"),
)
"""What was measured, in the order of time; the newest on the same thing counts."""

chain = Table(
    "chain",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("previous", String(64), nullable=False),
    Column("table", String(32), nullable=False),
    Column("key", Text, nullable=False),
    Column("digest", String(71), nullable=False),
    Column("hash", String(64), nullable=False),
)
"""An entry for each recorded row, in the order of their transactions: see `grader.audit.entries`."""

FIRST = (texts, requests, runs, run_ends, completions, records, outcomes)
SECOND = (calibrations, commitments, adjudications)
THIRD = (hiring_decisions,)
FIFTH = (batches, batch_rows, batch_results, batch_events, batch_inputs)
SIXTH = (measurements,)
SEVENTH = (chain,)
RECORDED = FIRST + SECOND + THIRD + FIFTH + SIXTH
"""All tables whose rows the chain seals."""
