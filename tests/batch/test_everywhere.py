"""The same bytes from real processes and a real cluster, whoever is killed in between, and from an object store."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import boto3
import pytest
from distributed import Client, LocalCluster
from moto.server import ThreadedMotoServer

from ser_core.batch.run import Progress, run_batch
from ser_core.config import PROJECT_DIR
from ser_core.errors import SerError
from tests.batch.conftest import MODEL, here

pytestmark = pytest.mark.slow


@pytest.fixture
def whole(tree: Path, tmp_path: Path) -> bytes:
    """The result of the tree, heard in this very process."""
    out = tmp_path / "whole.csv"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ser_core.batch.processes.answers", here)
        run_batch(str(tree), out, model=MODEL)
    return out.read_bytes()


def session_of(process: int) -> list[int]:
    """The processes that are left of a session."""
    left = []
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, _, _, session, *_ = (place / "stat").read_text().rpartition(")")[2].split()
            if int(session) == process and state != "Z":
                left.append(int(place.name))
    return left


# Kills itself with the third row.
KILLED = f"""
import os, signal, sys
from pathlib import Path
from ser_core.batch.run import run_batch

def kill(progress):
    if progress.done == 3:
        os.kill(os.getpid(), signal.SIGKILL)

run_batch(sys.argv[1], Path(sys.argv[2]), model={MODEL!r}, jobs=2, on_progress=kill)
"""


def test_killed_outright_it_leaves_nobody_behind_and_goes_on_to_the_same_bytes(
    tree: Path, tmp_path: Path, whole: bytes
) -> None:
    out = tmp_path / "result.csv"
    first = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tree), str(out)], cwd=PROJECT_DIR, start_new_session=True
    )
    assert first.wait(120) == -signal.SIGKILL
    assert not out.exists()
    until = time.monotonic() + 120
    while session_of(first.pid):
        assert time.monotonic() < until
        time.sleep(0.01)
    command = [sys.executable, "-m", "ser_core", "batch", str(tree), "--out", str(out), "--model", MODEL, "--jobs", "2"]
    second = subprocess.run(command, cwd=PROJECT_DIR, capture_output=True, text=True, timeout=120)
    assert (second.returncode, second.stderr) == (0, "")
    assert "10 recordings" in second.stdout
    assert "; 3 were done before" in second.stdout
    assert out.read_bytes() == whole


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as made:
        yield made


def test_a_cluster_of_which_one_worker_is_killed_comes_to_the_same_bytes(
    tree: Path, tmp_path: Path, whole: bytes, cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ser_core.batch.cluster._PATIENCE_S", 60)
    out = tmp_path / "result.csv"
    with Client(cluster) as client:
        (victim, *_) = client.run(os.getpid).values()

    def kill_one(progress: Progress) -> None:
        if progress.done == 2:
            os.kill(victim, signal.SIGKILL)

    summary = run_batch(str(tree), out, model=MODEL, dask=cluster.scheduler_address, on_progress=kill_one)
    assert not Path(f"/proc/{victim}").exists()
    assert out.read_bytes() == whole
    assert (summary.files, summary.failed) == (10, 1)


def test_a_cluster_that_is_not_there_or_has_another_model_is_told_first(
    tree: Path, tmp_path: Path, cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ser_core.batch.cluster._PATIENCE_S", 0.2)
    with pytest.raises(SerError, match="No Dask scheduler answers at tcp://127"):
        run_batch(str(tree), tmp_path / "result.csv", model=MODEL, dask="tcp://127.0.0.1:1")
    monkeypatch.setattr("ser_core.batch.cluster._PATIENCE_S", 60)
    shutil.copytree(PROJECT_DIR / "models/crnn", tmp_path / "models/mine")
    monkeypatch.setenv("SER_MODELS_DIR", str(tmp_path / "models"))
    with pytest.raises(
        SerError, match=r"The worker tcp://.* cannot do this work: ModelError: There is no model 'mine'"
    ):
        run_batch(str(tree), tmp_path / "other.csv", model="mine", dask=cluster.scheduler_address)


@pytest.fixture
def bucket(tree: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The tree in an object store on this machine."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        for name, value in {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_ALLOW_HTTP": "true",
            "AWS_ACCESS_KEY_ID": "nobody",
            "AWS_SECRET_ACCESS_KEY": "nothing",
            "AWS_REGION": "eu-central-1",
            "AWS_DEFAULT_REGION": "eu-central-1",
        }.items():
            monkeypatch.setenv(name, value)
        store = boto3.client("s3")
        store.create_bucket(Bucket="archive", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        for path in sorted(path for path in tree.rglob("*") if path.is_file()):
            store.upload_file(str(path), "archive", f"2026/calls/{path.relative_to(tree).as_posix()}")
        yield "s3://archive/2026/calls"
    finally:
        server.stop()


@pytest.mark.usefixtures("in_this_process")
def test_an_object_store_comes_to_the_same_bytes(bucket: str, tmp_path: Path, whole: bytes) -> None:
    out = tmp_path / "result.csv"
    run_batch(bucket, out, model=MODEL)
    assert out.read_bytes() == whole
    with pytest.raises(SerError, match=r"s3://archive/2027.*"):
        run_batch("s3://archive/2027", tmp_path / "nothing.csv", model=MODEL)
