"""Builds the real Dockerfile, runs the container as strictly as it should be run, and measures it.

    make image-test

Needs root and Debian's buildah, debootstrap and runc, but no container engine and no image registry. The container runs
as the image's own user, without capabilities, on a read-only root file system, with `--memory-mb` of memory. Set
BASE_IMAGE to build on a base other than the one that deploy/base-image makes.
"""

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from crowd import ANSWER, Crowd, visit
from playwright.sync_api import Browser, sync_playwright

PROJECT = Path(__file__).resolve().parent.parent
IMAGE = "localhost/ser:image-test"
CLIP = "assets/samples/synthetic-loud-hard.flac"

MOST_MB_UNPACKED = 650
MOST_S_TO_READY = 5.0
# Seconds that `docker stop` waits before it kills.
MOST_S_TO_STOP = 10.0


@dataclass(frozen=True)
class Measured:
    """The measurements, in the units that the names state."""

    size_mb: float
    ready_s: float
    rss_mb: float
    peak_mb: float
    stop_s: float
    crowd: Crowd
    crowd_peak_mb: float

    def shortcomings(self) -> list[str]:
        return [
            f"{what} is {value:.1f}; at most {most} is allowed"
            for what, value, most in (
                ("The size without the base, in MB,", self.size_mb, MOST_MB_UNPACKED),
                ("The time to ready, in s,", self.ready_s, MOST_S_TO_READY),
                ("The time to stop, in s,", self.stop_s, MOST_S_TO_STOP),
            )
            if value > most
        ]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--memory-mb", type=int, default=1024, help="memory the container gets")
    memory_mb = arguments.parse_args().memory_mb
    missing = [name for name in ("buildah", "runc", "debootstrap") if not shutil.which(name)]
    if missing or os.geteuid() != 0:
        print(f"Root is needed, and {', '.join(missing) or 'nothing else'} (Debian: apt-get install buildah "
              "debootstrap runc)", file=sys.stderr)  # fmt: skip
        return 1
    choose_storage()
    base = os.environ.get("BASE_IMAGE") or output(PROJECT / "deploy/base-image")
    build(base)
    with mounted(base) as root:
        base_mb = unpacked_mb(root)
    with mounted(IMAGE) as root, tempfile.TemporaryDirectory() as bundle:
        check_contents(root)
        size_mb = unpacked_mb(root) - base_mb
        measured = run(root, Path(bundle), memory_mb, size_mb)
    print(
        f"Unpacked without the base: {measured.size_mb:.0f} MB\n"
        f"Start to ready (a prediction made): {measured.ready_s:.2f} s\n"
        f"Resident after a prediction on the page: {measured.rss_mb:.0f} MB; "
        f"highest of the whole container: {measured.peak_mb:.0f} of {memory_mb} MB\n"
        f"Ten people at once, one with the largest file ({measured.crowd.largest_mb} MB): answers after "
        f"{min(measured.crowd.answers_s):.1f} to {max(measured.crowd.answers_s):.1f} s, the largest file's after "
        f"{measured.crowd.answers_s[0]:.1f} s; highest of the whole container: {measured.crowd_peak_mb:.0f} of "
        f"{memory_mb} MB; nothing was killed\n"
        f"Stopped with a page open: {measured.stop_s:.2f} s"
    )
    for shortcoming in measured.shortcomings():
        print(shortcoming, file=sys.stderr)
    return 1 if measured.shortcomings() else 0


def output(*command: str | Path) -> str:
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, text=True, cwd=PROJECT)
    if done.returncode != 0:
        sys.exit(f"{command[0]} {command[1] if len(command) > 1 else ''} failed with exit code {done.returncode}")
    return done.stdout.strip()


def choose_storage() -> None:
    # Overlay is ten times faster; if the kernel or the file system refuses it, vfs always works.
    if "STORAGE_DRIVER" not in os.environ:
        works = subprocess.run(
            ["buildah", "info"], env={**os.environ, "STORAGE_DRIVER": "overlay"}, capture_output=True
        )
        os.environ["STORAGE_DRIVER"] = "overlay" if works.returncode == 0 else "vfs"
    os.environ.setdefault("BUILDAH_ISOLATION", "chroot")


def build(base: str) -> None:
    """The image, as `docker build` would make it; pip inside it uses the same package index as pip outside."""
    settings = [Path("/etc/pip.conf"), Path("/etc/ssl/certs")]
    settings += [Path(folder) for folder in re.findall(r"file://(/[^\s/]+/[^\s/]+)", pip_settings())]
    volumes = [f"--volume={path}:{path}:ro" for path in dict.fromkeys(settings) if path.exists()]
    print(f"Building {IMAGE} on {base} (three minutes the first time)", flush=True)
    output("buildah", "bud", "--quiet", "--layers", "--format=docker", f"--build-arg=BASE_IMAGE={base}",
           *volumes, f"--tag={IMAGE}", ".")  # fmt: skip


def pip_settings() -> str:
    return output(sys.executable, "-m", "pip", "config", "list")


@contextmanager
def mounted(image: str) -> Iterator[Path]:
    """The image's file system as a folder; changes to it are discarded."""
    container = output("buildah", "from", "--pull-never", image)
    try:
        yield Path(output("buildah", "mount", container))
    finally:
        output("buildah", "rm", container)


def unpacked_mb(root: Path) -> float:
    total = 0
    for folder, _, files in os.walk(root):
        total += sum(os.lstat(os.path.join(folder, name)).st_size for name in files)
    return total / 1e6


def check_contents(root: Path) -> None:
    packages = {path.name.lower() for path in root.glob("opt/venv/lib/python3*/site-packages/*")}
    unwanted = packages & {"tensorflow", "keras", "torch", "pip", "setuptools", "pytest", "playwright"}
    unwanted |= {name for name in ("gcc", "cc", "make") if (root / "usr/bin" / name).exists()}
    unwanted |= {
        path.name for path in (root / "app").glob("*") if path.name in {"tests", "benchmarks", ".git", ".venv"}
    }
    if unwanted:
        sys.exit(f"The image holds what serving does not need: {', '.join(sorted(unwanted))}")


def run(root: Path, bundle: Path, memory_mb: int, size_mb: float) -> Measured:
    settings: dict[str, Any] = json.loads(output("buildah", "inspect", "--type=image", IMAGE))["Docker"]["config"]
    port = free_port()
    write_bundle(settings, root, bundle, memory_mb, port)
    name = f"ser-image-test-{os.getpid()}"
    log = bundle / "log"
    started = time.monotonic()
    with log.open("w") as sink:
        server = subprocess.Popen(["runc", "run", "--bundle", str(bundle), name], stdout=sink, stderr=sink)
    try:
        ready_s = wait_ready(server, port, started, log)
        check_inside(name, settings)
        check_limit(name, memory_mb)
        with page_with_an_answer(port) as browser:
            rss_mb = resident_mb(name)
            peak_mb = highest_mb(name)
            crowd = visit(browser, f"http://127.0.0.1:{port}/", PROJECT / CLIP, bundle)
            crowd_peak_mb = highest_mb(name)
            check_alive(server, name)
            stopping = time.monotonic()
            output("runc", "kill", name, "TERM")
            server.wait(timeout=MOST_S_TO_STOP + 5)
            stop_s = time.monotonic() - stopping
        # 143 means that the signal ended the process after it had finished.
        if server.returncode not in (0, 143):
            sys.exit(f"The server ended with exit code {server.returncode}:\n{log.read_text()}")
    finally:
        if server.poll() is None:
            subprocess.run(["runc", "kill", name, "KILL"], check=False)
            server.wait(timeout=10)
        subprocess.run(["runc", "delete", "--force", name], check=False, capture_output=True)
    return Measured(size_mb, ready_s, rss_mb, peak_mb, stop_s, crowd, crowd_peak_mb)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def write_bundle(settings: dict[str, Any], root: Path, bundle: Path, memory_mb: int, port: int) -> None:
    """The runtime's configuration, taken from the image's own settings; the network is this machine's."""
    output("runc", "spec", "--bundle", bundle)
    spec = json.loads((bundle / "config.json").read_text("utf-8"))
    uid, gid = (int(number) for number in settings["User"].split(":"))
    if uid == 0:
        sys.exit("The image runs as root.")
    spec["root"] = {"path": str(root), "readonly": True}
    spec["process"] |= {
        "terminal": False,
        "user": {"uid": uid, "gid": gid},
        "cwd": settings["WorkingDir"],
        "args": settings["Cmd"],
        "env": [*settings["Env"], f"STREAMLIT_SERVER_PORT={port}"],
        "noNewPrivileges": True,
        "capabilities": {kind: [] for kind in spec["process"]["capabilities"]},
    }
    places = {"/tmp": "mode=1777"} | dict.fromkeys(settings["Volumes"], f"uid={uid},gid={gid},mode=0700")  # noqa: S108 - the container's own
    spec["mounts"] += [
        {"destination": place, "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "nodev", options]}
        for place, options in places.items()
    ]
    spec["linux"]["namespaces"] = [kind for kind in spec["linux"]["namespaces"] if kind["type"] != "network"]
    spec["linux"]["resources"] = {"memory": {"limit": memory_mb << 20}}
    (bundle / "config.json").write_text(json.dumps(spec), "utf-8")


def wait_ready(server: subprocess.Popen[bytes], port: int, started: float, log: Path) -> float:
    while time.monotonic() - started < 60:
        if server.poll() is not None:
            break
        try:
            with urlopen(f"http://127.0.0.1:{port}/ready", timeout=10):
                return time.monotonic() - started
        except (URLError, OSError):
            time.sleep(0.05)
    sys.exit(f"The container did not become ready:\n{log.read_text()}")


def inside(name: str, *command: str) -> str:
    return output("runc", "exec", name, *command)


def check_inside(name: str, settings: dict[str, Any]) -> None:
    """Checks the image's own health check, its user, and the command line."""
    kind, *probe = settings["Healthcheck"]["Test"]
    if kind != "CMD":
        sys.exit(f"The health check is of the kind {kind}; CMD is expected.")
    inside(name, *probe)
    if inside(name, "id", "-u") == "0":
        sys.exit("The container runs as root.")
    if subprocess.run(["runc", "exec", name, "touch", "/app/x"], capture_output=True).returncode == 0:
        sys.exit("The root file system can be written to.")
    answer = json.loads(inside(name, "ser", "predict", "--json", CLIP))
    if "emotion" not in answer:
        sys.exit(f"`ser predict` inside gave no emotion: {answer}")
    print(f"The command line inside: {answer['emotion']}, {answer['confidence']:.2f}")


@contextmanager
def page_with_an_answer(port: int) -> Iterator[Browser]:
    """A browser, kept open, with a page on which a clip has been uploaded and answered."""
    chromium = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    arguments = ["--no-sandbox", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{port}/")
        page.locator('input[type="file"]').set_input_files(PROJECT / CLIP)
        page.get_by_text(ANSWER).first.wait_for(timeout=30_000)
        yield browser
        browser.close()


def check_limit(name: str, memory_mb: int) -> None:
    """Checks that the app knows how much memory it has: its upload limit depends on it."""
    known = inside(name, "python", "-c", "from ser_core.machine import memory_limit_bytes as f; print(f())")
    if known != str(memory_mb << 20):
        sys.exit(f"The container has {memory_mb << 20} bytes of memory, and the app takes it for {known}.")


def check_alive(server: subprocess.Popen[bytes], name: str) -> None:
    """Checks that no process of the container was killed for lack of memory."""
    if server.poll() is not None:
        sys.exit(f"The server ended with exit code {server.returncode}.")
    groups = Path(f"/proc/{process_of(name)}/cgroup").read_text("utf-8").splitlines()
    for line in groups:
        _, controllers, path = line.split(":", 2)
        folder = Path("/sys/fs/cgroup") / ("memory" if controllers else "") / path.lstrip("/")
        for events in (folder / "memory.oom_control", folder / "memory.events"):
            if controllers in ("", "memory") and events.exists():
                killed = re.search(r"^oom_kill (\d+)$", events.read_text("utf-8"), re.MULTILINE)
                if killed and killed[1] != "0":
                    sys.exit(f"{killed[1]} processes of the container were killed for want of memory.")


def process_of(name: str) -> int:
    return int(json.loads(output("runc", "state", name))["pid"])


def resident_mb(name: str) -> float:
    """Resident memory of the server's process."""
    status = Path(f"/proc/{process_of(name)}/status").read_text("utf-8")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1e3 if found else 0.0


def highest_mb(name: str) -> float:
    """Peak memory of all processes of the container, including the file cache."""
    statistics = json.loads(output("runc", "events", "--stats", name))
    return float(statistics["data"]["memory"]["usage"]["max"]) / 1e6


if __name__ == "__main__":
    sys.exit(main())
