"""Updates per second of an LSTM beside a busy process, by how OpenMP's threads wait for each other.

    python benchmarks/waiting.py

Each figure comes from a process of its own, since the policy is read when torch is loaded. One process that only counts
keeps a core busy meanwhile.
"""

from __future__ import annotations

import os
import subprocess
import sys

WORKER = """
import sys, time, torch
torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(0)
layer, inputs = torch.nn.LSTM(128, 128, batch_first=True), torch.randn(32, 20, 128)
done, start = -3, time.perf_counter()
while done < 1 or time.perf_counter() - start < 4:
    layer(inputs)[0].sum().backward()
    done += 1
    if done == 0:
        start = time.perf_counter()
print(done / (time.perf_counter() - start))
"""
CASES = (("active", 2, ""), ("passive", 2, "0"), ("passive", 2, "500"), ("passive", 1, "0"))
"""Policy, threads, and how often a thread looks again before it sleeps (libgomp)."""
ROUNDS = 3


def rate(policy: str, threads: int, spins: str) -> float:
    """Updates per second of one process."""
    environment = os.environ | {"OMP_WAIT_POLICY": policy.upper()} | ({"GOMP_SPINCOUNT": spins} if spins else {})
    answer = subprocess.run(
        [sys.executable, "-c", WORKER, str(threads)], env=environment, capture_output=True, text=True, check=True
    )
    return float(answer.stdout)


def main() -> None:
    """Print updates per second on the machine as it is, and with one busy process more."""
    for title, busy in (("as it is", 0), ("beside one busy process", 1)):
        workers = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(busy)]
        try:
            rates = {case: [rate(*case) for _ in range(ROUNDS)] for case in CASES}
        finally:
            for worker in workers:
                worker.kill()
        for (policy, threads, spins), found in rates.items():
            shown = ", ".join(f"{value:.1f}" for value in sorted(found))
            print(
                f"{title}: {policy}{f' after {spins} spins' if spins else ''}, {threads} thread(s): {shown} updates/s"
            )


if __name__ == "__main__":
    main()
