"""A Ray cluster on this machine, for as long as standard input is open; a line there adds a node.

The answer is the number of the node's raylet.
"""

import sys

from ray.cluster_utils import Cluster

HEAD = {
    "num_cpus": 2,
    "include_dashboard": False,
    # A node that is lost is given up after three seconds instead of half a minute.
    "_system_config": {
        "health_check_initial_delay_ms": 0,
        "health_check_period_ms": 500,
        "health_check_timeout_ms": 5000,
        "health_check_failure_threshold": 6,
    },
}


def answer(line):
    print(line, flush=True)  # noqa: T201 - to whoever started it


def main():
    cluster = Cluster(initialize_head=True, head_node_args=HEAD)
    try:
        answer(cluster.address)
        for _ in sys.stdin:
            node = cluster.add_node(num_cpus=2)
            cluster.wait_for_nodes()
            answer(node.all_processes["raylet"][0].process.pid)
    finally:
        cluster.shutdown()


main()
