"""Prometheus metrics of the running server. None of them is about a person."""

from collections.abc import Iterable

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from streamlit import runtime

from ser_core.history import failures
from ser_core.machine import memory_limit_bytes, memory_used_bytes

ANALYSES = Counter("ser_analyses", "Recordings submitted for analysis.", ["page", "outcome"])
# From a short clip on an idle machine to an hour of sound on a busy one.
LATENCY_S = Histogram(
    "ser_analysis_seconds",
    "Time from receiving a recording to its answer, for those that were answered.",
    ["page"],
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)
LIVE_ANSWERS = Counter(
    "ser_live_answers", "Seconds of a live voice, answered or left out because the turn came late.", ["outcome"]
)
HEARD_S = Counter("ser_heard_seconds", "Length of the recordings that were answered.")
RUNNING = Gauge("ser_analyses_running", "Recordings being analysed at the moment.")
PAGE_FAILURES = Counter("ser_page_failures", "Pages that ended in a bug of the app.")
UPLOADS_REFUSED = Counter("ser_uploads_refused", "Uploads rejected because memory was short.")
REFUSED = Counter("ser_requests_refused", "Requests rejected that no page of this app makes, by reason.", ["reason"])


def _sessions() -> float | None:
    if not runtime.exists():
        return None
    found = runtime.get_instance().stats_mgr.get_stats(family_names=["active_sessions"])
    return sum(float(getattr(stat, "value", 0)) for stats in found.values() for stat in stats)


class Machine(Collector):
    """Metrics that are read at the moment of the request."""

    def collect(self) -> Iterable[Metric]:
        """Memory, sessions and what went wrong with the database."""
        for name, what, value in (
            ("ser_memory_limit_bytes", "Memory available to this container or machine.", memory_limit_bytes()),
            ("ser_memory_used_bytes", "Memory in use, without the reclaimable file cache.", memory_used_bytes()),
            ("ser_sessions", "Open pages.", _sessions()),
        ):
            if value is not None:
                yield GaugeMetricFamily(name, what, value)
        failed = CounterMetricFamily(
            "ser_history_failures", "Saved takes that could not be read or written.", labels=["operation", "reason"]
        )
        for labels, count in failures.COUNTED.copy().items():
            failed.add_metric(labels, count)
        yield failed


REGISTRY.register(Machine())


async def page(request: Request) -> Response:
    """The metrics, for requests from inside; requests through a proxy come from outside and get a 404."""
    if "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return PlainTextResponse("Not Found", status_code=404)
    return Response(await run_in_threadpool(generate_latest), media_type=CONTENT_TYPE_LATEST)
