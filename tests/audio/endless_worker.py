"""The unguarded worker with hours of processor time: what it falls into it does not come out of by itself."""

from ser_core.audio.containers import recognise
from ser_core.audio.sandbox import budget, worker
from tests.audio.unguarded_worker import plan_nothing

if __name__ == "__main__":
    recognise.riff.plan = plan_nothing
    budget.STEP_S = budget.SCAN_S = budget.DECODE_S = 10_000
    worker.main()
