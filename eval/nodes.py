"""A Ray cluster of several nodes on this machine's loopback, for tests and the bench: a process of its own.

    python -m eval.nodes 2

Prints the address when so many nodes of one core each are there; the head takes no work. A line `lose` on
standard input kills a node at once, as if its machine had gone, and prints how many are left. The end of the
input ends all.
"""

import os
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

# nothing is reported to anyone; Ray reads this when it is imported
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"

_HOST = "127.0.0.2"
"""On loopback, but not 127.0.0.1: Ray puts the machine's outer address in the place of that one."""
_TRIES = 5
"""On a busy machine Ray's own helpers may be too late for it, and a node does not come up."""
EXIT_NOT_UP = 75
"""The machine is too busy: nothing is wrong with the program."""
_MEMORY = 80 << 20
_WATCHFUL = {
    "health_check_initial_delay_ms": 1000,
    "health_check_period_ms": 1000,
    "health_check_failure_threshold": 5,
}


def _started(tries: int, add: Any, **options: Any) -> Any:
    common = {"node_ip_address": _HOST, "object_store_memory": _MEMORY, "include_log_monitor": False}
    ports = ("dashboard_agent_listen_port", "runtime_env_agent_port", "metrics_agent_port")
    try:
        return add(**common, **{port: _free_port() for port in ports}, **options)
    except Exception as error:  # Ray raises no narrower one
        if "timed out during startup" not in str(error):
            raise
        if tries == 1:
            sys.exit(EXIT_NOT_UP)
        return _started(tries - 1, add, **options)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind((_HOST, 0))
        return int(taken.getsockname()[1])


def main() -> None:
    """Start the nodes, then do as standard input says."""
    from ray.cluster_utils import Cluster

    count = int(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as folder:
        # where Ray notes the newest cluster: clusters of other processes note theirs elsewhere
        os.environ["RAY_TMPDIR"] = folder
        Path(folder, "ray").mkdir()

        def head(**options: Any) -> Any:
            first = {"num_cpus": 0, "no_monitor": True, "include_dashboard": False, "temp_dir": folder}
            return Cluster(initialize_head=True, head_node_args=first | options)

        cluster = _started(_TRIES, head, _system_config=_WATCHFUL)
        nodes = [_started(_TRIES, cluster.add_node, num_cpus=1) for _ in range(count)]
        print(cluster.address, flush=True)
        for line in sys.stdin:
            if line.strip() == "lose":
                cluster.remove_node(nodes.pop(), allow_graceful=False)
                print(len(nodes), flush=True)
        cluster.shutdown()


if __name__ == "__main__":
    main()
