"""The stage of `grader grade --ray`: what can't be done there is refused, and workers' counts become one."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager

from grader.budget import NO_CAP, Meter
from grader.cli.grading import watched
from grader.cli.seating import Judges
from grader.cluster.nodes import Nodes, check, hand_out, joined
from grader.cluster.parts import most_workers, part_size, parts, share
from grader.cluster.work import Told, work_of
from grader.domain.run import Run
from grader.domain.submission import Submission
from grader.domain.tally import together
from grader.errors import InputError, Problem
from grader.ledger.store import SqlLedger
from grader.passwords import holds_password
from grader.pipeline import Instrument
from grader.reports.wording import counted
from grader.wiring import JudgeOptions

GradeThere = Callable[[SqlLedger, Run, Mapping[str, Instrument], Iterable[Submission], Meter], None]


def refuse(address: str, ledger: str, judges: Judges) -> None:
    """Raises InputError for a ledger that machines can't share, what workers can't do, and no cluster."""
    if not ledger.startswith("postgresql"):
        message = "Workers on several machines cannot share a SQLite ledger."
        remedy = "Name a database: postgresql+psycopg://USER@HOST/DATABASE (docs/scaling.md)."
        raise InputError(Problem("--ledger", None, message, remedy))
    if holds_password(ledger):
        message = "Ray's list of jobs would show the password that stands in this URL."
        remedy = "Leave it out, and set PGPASSWORD or write ~/.pgpass on every node (docs/scaling.md)."
        raise InputError(Problem("--ledger", None, message, remedy))
    if len(judges.all) > 1:
        message = "Workers on a cluster ask one judge, and there are several."
        raise InputError(
            Problem("--ray", None, message, "Name one --judge, without --escalate-to, or leave it out.")
        )
    if judges.meter.cap != NO_CAP:
        message = "A budget is held within one process, and with --ray several spend at once."
        remedy = "Leave out --budget-usd and --budget-tokens, or --ray; --estimate tells the cost before."
        raise InputError(Problem("--ray", None, message, remedy))
    check(address)


@contextmanager
def on_ray(
    address: str, wanted: int | None, ledger: str, judge: str, options: JudgeOptions
) -> Iterator[GradeThere]:
    """Joins the cluster, and yields what grades there as `grade_run` does here. Raises InputError."""
    with joined(address, wanted) as nodes:
        workers = _workers(nodes, wanted, options)
        each = share(options, workers)

        def grade(
            store: SqlLedger,
            run: Run,
            instruments: Mapping[str, Instrument],
            submissions: Iterable[Submission],
            meter: Meter,
        ) -> None:
            print(_shares(nodes, workers, options, each), file=sys.stderr)
            work = work_of(run.id, ledger, judge, each, instruments)
            size = part_size(run.settings["inputs"], workers, each.in_flight)
            latest: dict[str, Told] = {}

            def take_in(note: Callable[[], None]) -> None:
                with closing(hand_out(work, parts(submissions, size), workers)) as outcomes:
                    for told in outcomes:
                        latest[told.worker] = told
                        meter.hear(each.took for each in latest.values())
                        for _ in range(told.graded):
                            note()

            def troubles() -> list[str]:
                return [together(told.tally for told in latest.values()).sentence]

            watched(store, run, take_in, troubles, meter)

        yield grade


def _workers(nodes: Nodes, wanted: int | None, options: JudgeOptions) -> int:
    """As many as wanted, else one a core; no more than the limits can be shared by."""
    if not nodes.cpus:
        remedy = "Start a node with 'ray start --address HOST:6379 --num-cpus N' (docs/scaling.md)."
        raise InputError(Problem("--ray", None, "No node of the cluster has a core to work on.", remedy))
    return min(wanted or nodes.cpus, most_workers(options))


def _shares(nodes: Nodes, workers: int, options: JudgeOptions, each: JudgeOptions) -> str:
    """Who does the work, and with what share of the limits."""
    limits = [f"{each.in_flight} of {options.in_flight} calls at once"]
    limits += [f"{each.rpm:,} of {options.rpm:,} requests a minute"] if options.rpm and each.rpm else []
    limits += [f"{each.tpm:,} of {options.tpm:,} tokens a minute"] if options.tpm and each.tpm else []
    who = f"{counted(workers, 'worker', 'workers')} on {counted(nodes.number, 'node', 'nodes')}"
    return f"{who}, each with {', '.join(limits)}."
