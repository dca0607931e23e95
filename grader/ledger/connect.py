"""Opens a ledger's database: SQLite in WAL mode or PostgreSQL, at the newest migration."""

from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from grader.errors import LedgerError
from grader.ledger.schema import HEAD
from grader.passwords import masked

_BUSY_SECONDS = 60
BEGIN = "sqlite_begin"
"""Execution option: how SQLite begins a transaction."""


def connect(url: str, *, create: bool = True) -> Engine:
    """An engine for a SQLAlchemy URL or a file's path, migrated. LedgerError says what is wrong."""
    try:
        address = make_url(url if "://" in url else f"sqlite:///{Path(url).absolute()}")
    except ArgumentError as error:
        raise LedgerError(f"{masked(url)!r} is neither a file nor a database URL.") from error
    backend = address.get_backend_name()
    if backend == "sqlite" and address.database and address.database != ":memory:":
        if not create and not Path(address.database).exists():
            raise LedgerError(f"There is no ledger at {address.database}. Grade something first, or name it.")
        _make_room(Path(address.database))
    try:
        if backend == "sqlite":
            engine = create_engine(address, connect_args={"timeout": _BUSY_SECONDS})
        else:
            # a server closes connections that were idle for long: who uses one looks first
            engine = create_engine(address, pool_pre_ping=True)
    except (ArgumentError, ImportError) as error:
        remedy = "For PostgreSQL, install the extra 'postgresql' and write postgresql+psycopg://..."
        raise LedgerError(f"No driver for {backend!r} databases is installed. {remedy}") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    try:
        with engine.connect() as connection:
            ready = _is_ready(connection)
        if not ready:
            with engine.execution_options(**{BEGIN: "BEGIN IMMEDIATE"}).begin() as connection:
                _migrate(connection)
    except SQLAlchemyError as error:
        engine.dispose()
        cause = str(getattr(error, "orig", error)).splitlines()[0]
        place = masked(address.render_as_string()) if backend != "sqlite" else address.database
        remedy = "Check the address, or name another ledger."
        raise LedgerError(f"The ledger at {place} cannot be opened: {cause}. {remedy}") from error
    return engine


def _make_room(path: Path) -> None:
    """Make the folder of a ledger's file. LedgerError where no file can be."""
    remedy = "Name a file, such as runs/ledger.db."
    if path.is_dir():
        raise LedgerError(f"The ledger {path} is a folder. {remedy}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LedgerError(f"The ledger {path} cannot be made: {error.strerror}. {remedy}") from error


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """WAL lets readers and one writer work side by side; NORMAL survives a killed process.

    The driver's own transactions are off, because they leave out schema changes.
    """
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(BEGIN, "BEGIN"))


def _is_ready(connection: Connection) -> bool:
    """Whether the ledger is at the newest migration. Raises LedgerError for one of a later program."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if version is not None and version > HEAD:
        raise LedgerError(f"The ledger is of version {version}, newer than this program ({HEAD}).")
    return bool(version == HEAD)


def _migrate(connection: Connection) -> None:
    """Bring the ledger to the newest migration, unless another process has just done so."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(7)"))
    if _is_ready(connection):
        return
    # Alembic takes a while to import, so only a ledger that needs it pays for it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
