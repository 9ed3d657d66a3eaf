"""What compose.yaml promises about each service, read from it as it is."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return dict(yaml.safe_load((PROJECT / "compose.yaml").read_text("utf-8"))["services"])


@pytest.mark.parametrize("name", ["app", "app-2"])
def test_a_replica_gets_as_little_as_it_needs(services: dict[str, Any], name: str) -> None:
    replica = services[name]
    assert replica["read_only"] is True
    assert replica["cap_drop"] == ["ALL"]
    assert replica["security_opt"] == ["no-new-privileges:true"]
    assert 100 <= replica["pids_limit"] <= 1000
    assert "ports" not in replica, "only the proxy is reached from outside"


def test_only_the_single_replica_runs_unless_more_are_asked_for(services: dict[str, Any]) -> None:
    assert {name for name, service in services.items() if "profiles" not in service} == {"app", "caddy"}


def test_every_log_is_kept_small(services: dict[str, Any]) -> None:
    assert all("max-size" in service["logging"]["options"] for service in services.values())


def test_the_proxy_waits_for_a_prediction(services: dict[str, Any]) -> None:
    assert services["caddy"]["depends_on"] == {"app": {"condition": "service_healthy"}}
    assert "deploy/healthcheck.py" in (PROJECT / "Dockerfile").read_text("utf-8")


def test_the_example_sets_what_the_replicas_need(services: dict[str, Any]) -> None:
    example = (PROJECT / "deploy/replicas.env.example").read_text("utf-8")
    given = dict(re.findall(r"^(\w+)=(.*)$", example, re.MULTILINE))
    assert given["SER_UPSTREAMS"].split() == [f"{name}:8501" for name in ("app", "app-2")]
    passed_on = set(services["app"]["environment"])
    assert {"SER_DATABASE_URL", "STREAMLIT_SERVER_COOKIE_SECRET"} <= passed_on & set(given)
    # A secret is filled in by who runs it, never by us.
    assert given["STREAMLIT_SERVER_COOKIE_SECRET"] == given["SER_DATABASE_PASSWORD"] == ""


def test_every_file_the_image_needs_is_let_in() -> None:
    let_in = {line[1:] for line in (PROJECT / ".dockerignore").read_text("utf-8").splitlines() if line[:1] == "!"}
    for name in let_in - {"pages"}:
        assert (PROJECT / name).exists(), name
    entered = set(re.findall(r"deploy/[\w.]+", (PROJECT / "Dockerfile").read_text("utf-8")))
    assert entered <= let_in
