"""Attacks on the running server, one after another, in a control group of 900 MB. Prints a table, stops by itself.

    python -m benchmarks.siege [--memory-mb 900] [--only NAME,NAME] [--json FILE]

Starts the real server (serve.py) on a free loopback port, in a control group that limits its memory as a container
does (needs root; otherwise the peak is not limited, and the table says so). Each attack of benchmarks/siege/attacks.py
goes on while somebody else opens the page and gives a clip of 4 s, three times. The columns:

- `answered`: how long that other person waited for the answers, in seconds; the longest of the three.
- `ready`: the longest that /ready took meanwhile, in seconds.
- `peak`: the most memory that the group took meanwhile, in MB.
- `what became of it`: what the attackers got.

The verdict is "held" if nobody of the server was killed, the other person was always answered within 5 s, and what the
attack was meant to do did not happen. At the end stands what is left a minute after the last visitor. Two figures are
of load, not of malice: ten people who record a minute each at once, and fifty who give a clip of 4 s at once.

Seconds depend on what else the machine does: its load is printed. The exit status is 1 if an attack succeeded.
"""

import argparse
import json
import logging
import os
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from benchmarks.load.group import Group, memory_group
from benchmarks.load.visitor import visitor
from benchmarks.processes import memory_mb
from benchmarks.serving import clip, running_server
from benchmarks.siege.attacks import ATTACKS, Attack, Target
from benchmarks.siege.memory import held_by_streamlit
from ser_core.machine import cores

ANSWERED_WITHIN_S = 5.0
LEFT_AFTER_S = 60.0
# How much more than before the first attack may be in use a minute after the last visitor.
LEFT_OVER = 1.2
OTHERS_CLIPS = 3


@dataclass(frozen=True)
class Row:
    """What one attack did."""

    attack: str
    survived: bool
    kept_out: bool
    answered_s: float
    ready_s: float
    peak_mb: float
    became: str

    @property
    def held(self) -> bool:
        """Whether the server stood it, and nobody else was kept waiting."""
        return self.survived and self.kept_out and self.answered_s <= ANSWERED_WITHIN_S


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--memory-mb", type=int, default=900, help="memory the server gets (default 900)")
    parser.add_argument("--only", default="", help="these attacks alone, with commas")
    parser.add_argument("--json", type=Path, help="write the rows here as well")
    options = parser.parse_args()
    chosen = [attack for attack in ATTACKS if not options.only or attack.name in options.only.split(",")]
    # The attackers' own connections are cut off, which their library takes for an error of its own.
    logging.getLogger("websockets").setLevel(logging.CRITICAL)
    rows, left = besiege(chosen, options.memory_mb)
    show(rows)
    print(f"\n{left}")
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1), "utf-8")
    sys.exit(not all(row.held for row in rows))


def besiege(attacks: list[Attack], limit_mb: int) -> tuple[list[Row], str]:
    """The rows of all attacks, and what is left after them in words."""
    with ExitStack() as stack:
        group: Group | None = None
        if os.geteuid() == 0:
            group = stack.enter_context(memory_group(limit_mb))
        url, pid = stack.enter_context(running_server(group))
        target = Target(url, pid, limit_mb)
        # What is loaded once is loaded now, a decoder for each core included.
        with ThreadPoolExecutor(cores()) as crowd:
            list(crowd.map(partial(another_is_answered, url), range(3 * cores())))
        time.sleep(10)
        idle_mb = memory_mb(pid)
        print(
            f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; {idle_mb:.0f} MB with nobody there; "
            f"{'limited to' if group else 'NOT limited (no root), meant for'} {limit_mb} MB",
            flush=True,
        )
        rows = []
        for attack in attacks:
            rows.append(suffer(attack, target, group))
            print(f"  {rows[-1].attack}: {'held' if rows[-1].held else 'BROKEN'}", flush=True)
            if not alive(pid):
                break
        if not alive(pid):
            return rows, "The server is no more."
        return rows, leftovers(url, pid, idle_mb)


def suffer(attack: Attack, target: Target, group: Group | None) -> Row:
    if group is not None:
        group.forget_peak()
    killed = group.killed() if group else 0
    with asking_ready(target.url) as ready_s, attack.going_on(target) as outcome:
        answered_s = max(another_is_answered(target.url, 100 + number) for number in range(OTHERS_CLIPS))
        became, kept_out = outcome()
    peak_mb = group.most_mb() if group else memory_mb(target.pid)
    survived = alive(target.pid) and (group is None or group.killed() == killed)
    if not survived:
        became = f"a process of the server was killed; {became}"
    return Row(
        attack.name,
        survived,
        kept_out,
        round(answered_s, 1),
        round(max(ready_s, default=0.0), 1),
        round(peak_mb),
        became,
    )


def another_is_answered(url: str, number: int) -> float:
    """How long another person waits for the answer to 4 s of speech; infinite when there is none."""
    try:
        with visitor(url, patience_s=60) as somebody:
            somebody.open()
            return somebody.upload(clip(4.0, number))
    except (OSError, RuntimeError, TimeoutError) as error:
        print(f"  the other person was not answered: {error}", file=sys.stderr)
        return float("inf")


@contextmanager
def asking_ready(url: str) -> Iterator[list[float]]:
    """Asks the server whether it is ready, over and over: how long each answer took."""
    took_s: list[float] = []
    done = threading.Event()

    def ask() -> None:
        while not done.wait(0.5):
            began = time.perf_counter()
            try:
                urllib.request.urlopen(f"{url}/ready", timeout=60).close()
                took_s.append(time.perf_counter() - began)
            except OSError:
                took_s.append(float("inf"))

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield took_s
    finally:
        done.set()
        asking.join()


def leftovers(url: str, pid: int, idle_mb: float) -> str:
    time.sleep(LEFT_AFTER_S)
    left_mb, held = memory_mb(pid), held_by_streamlit(url)
    return (
        f"{LEFT_AFTER_S:.0f} s after the last visitor: {left_mb:.0f} MB in use, {left_mb / idle_mb - 1:+.0%} "
        f"({'held' if left_mb <= LEFT_OVER * idle_mb else 'BROKEN'}); of visitors there are {held} bytes"
    )


def alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text("utf-8")
    except FileNotFoundError:
        return False


def show(rows: list[Row]) -> None:
    print("\n| attack | | answered, s | ready, s | peak, MB | what became of it |\n|---|---|---:|---:|---:|---|")
    for row in rows:
        verdict = "held" if row.held else "**BROKEN**"
        print(f"| {row.attack} | {verdict} | {row.answered_s} | {row.ready_s} | {row.peak_mb:.0f} | {row.became} |")


if __name__ == "__main__":
    main()
