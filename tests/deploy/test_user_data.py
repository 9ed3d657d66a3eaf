"""The user data of both templates, run on a clean machine as far as it goes without a network.

The machine is the root file system that deploy/base-image makes, with stand-ins (machine/stand-in) for the package
manager, the engine and systemd; bash, tar, mkswap and all else are the real ones.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.deploy.stacks import aws, create, create_several

pytestmark = pytest.mark.root

PROJECT = Path(__file__).resolve().parents[2]
STAND_INS = ("aws", "curl", "dnf", "fallocate", "sha256sum", "sleep", "stand-in", "swapon", "sysctl", "systemctl")
SHIPPED = ("compose.yaml", "deploy", "Dockerfile")


@pytest.fixture(scope="module")
def one_machine() -> str:
    """The script of deploy/ec2.yaml, as it reaches the machine."""
    with aws():
        return create("deploy/ec2.yaml").script()


@pytest.fixture(scope="module")
def one_of_several() -> str:
    """The script of deploy/scale.yaml, as it reaches each machine."""
    with aws():
        return create_several().script()


def changed(script: str, **settings: str) -> str:
    """The script after a change of the stack's parameters."""
    for name, value in settings.items():
        script, count = re.subn(rf"^{name}='.*'$", f"{name}='{value}'", script, flags=re.MULTILINE)
        assert count == 1
    return script


@dataclass(frozen=True)
class Machine:
    """A root file system, and what was called on it."""

    container: str
    root: Path

    def start(self, script: str) -> subprocess.CompletedProcess[str]:
        """What a start of the machine does with its user data."""
        (self.root / "calls").write_text("", "utf-8")
        (self.root / "user-data").write_text(script, "utf-8")
        command = ["buildah", "run", self.container, "--", "bash", "-euo", "pipefail", "/user-data"]
        return subprocess.run(command, capture_output=True, text=True)

    def calls(self, program: str) -> list[str]:
        lines = (self.root / "calls").read_text("utf-8").splitlines()
        return [line.removeprefix(f"{program} ") for line in lines if line.split()[0] == program]

    def read(self, path: str) -> str:
        return (self.root / path.lstrip("/")).read_text("utf-8")

    def environment(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in self.read("/etc/ser/compose.env").splitlines())

    def app(self) -> Path:
        """The folder that /opt/ser/app leads to."""
        return self.root / os.readlink(self.root / "opt/ser/app").lstrip("/")

    def signal(self) -> dict[str, str]:
        """What the stack was told at the end."""
        (said,) = self.calls("cfn-signal")
        words = said.split()
        return {"code": words[words.index("--exit-code") + 1], "text": said}


def archive(path: Path, folder: str = "") -> None:
    """The source as `git archive` packs it, or in a folder of its own as the hosting services do."""
    with tarfile.open(path, "w:gz") as packed:
        for name in SHIPPED:
            packed.add(PROJECT / name, f"{folder}{name}")


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    monkeypatch.setenv("BUILDAH_ISOLATION", "chroot")
    # Overlay is ten times faster; where the kernel or the file system refuses it, vfs always works.
    monkeypatch.setenv("STORAGE_DRIVER", "overlay")
    if subprocess.run(["buildah", "info"], capture_output=True).returncode != 0:
        monkeypatch.setenv("STORAGE_DRIVER", "vfs")
    base = subprocess.run([PROJECT / "deploy/base-image"], check=True, capture_output=True, text=True).stdout.strip()

    def buildah(*arguments: str) -> str:
        return subprocess.run(["buildah", *arguments], check=True, capture_output=True, text=True).stdout.strip()

    container = buildah("from", "--pull-never", base)
    try:
        root = Path(buildah("mount", container))
        # As Amazon Linux has it; the base has no systemd.
        shutil.copytree("/usr/lib/systemd/system", root / "usr/lib/systemd/system", symlinks=True, dirs_exist_ok=True)
        for name in STAND_INS:
            shutil.copy(PROJECT / "tests/deploy/machine/stand-in", root / "usr/local/bin" / name)
        archive(root / "archive.tar.gz")
        yield Machine(container, root)
    finally:
        buildah("rm", container)


def test_one_machine_from_nothing_to_the_next_version(machine: Machine, one_machine: str) -> None:
    done = machine.start(one_machine)
    assert done.returncode == 0, done.stdout + done.stderr
    assert machine.signal()["code"] == "0"
    domain = machine.environment()["SER_DOMAIN"]
    assert f"The app answers at https://{domain}/" in machine.signal()["text"]

    # The source lies where the units look for it, and the image was built from it.
    assert (machine.app() / "compose.yaml").is_file()
    assert machine.calls("docker")[0].startswith("build --quiet --tag ser:latest /opt/ser/source-")
    compose = (PROJECT / "compose.yaml").read_text("utf-8")
    assert "image: ser:${SER_VERSION:-latest}" in compose, "what compose starts"
    assert set(machine.environment()) == {"SER_DOMAIN", "SER_EMAIL", "SER_MEMORY"}
    assert all(name in compose for name in machine.environment()), "compose.yaml reads them"

    verify_units(machine, "ser.service", "ser-health.service", "ser-health.timer")
    assert "enable --quiet ser.service" in machine.calls("systemctl")
    assert "enable --quiet --now ser-health.timer" in machine.calls("systemctl")
    assert machine.calls("systemctl")[-1] == "reload-or-restart ser.service"

    assert machine.calls("swapon") == ["/var/swap"]
    assert (machine.root / "var/swap").stat().st_mode & 0o777 == 0o600
    assert machine.read("/etc/fstab").count("/var/swap none swap defaults 0 0\n") == 1
    assert json.loads(machine.read("/etc/docker/daemon.json"))["log-opts"]
    assert "/var/log/ser-setup.log" in machine.read("/etc/logrotate.d/ser")
    assert "SystemMaxUse" in machine.read("/etc/systemd/journald.conf.d/ser.conf")
    assert "The app answers" in machine.read("/var/log/ser-setup.log")

    # A restart fetches security updates, and neither the source nor the image anew.
    assert machine.start(one_machine).returncode == 0
    assert any(call.startswith("upgrade ") for call in machine.calls("dnf"))
    assert not any(call.startswith("install ") for call in machine.calls("dnf"))
    assert machine.calls("aws") == []
    assert [call for call in machine.calls("docker") if call.startswith("build")] == []

    # Another source is another version; the first one goes.
    before = machine.app()
    archive(machine.root / "archive.tar.gz", folder="ser-main/")
    source = "https://example.org/me/ser/archive/main.tar.gz"
    done = machine.start(
        changed(one_machine, SER_SOURCE=source, SER_DOMAIN="voice.example.org", SER_EMAIL="me@example.org")
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert machine.app().name == "ser-main"
    assert not before.exists()
    assert any(call.endswith(source) for call in machine.calls("curl"))
    assert [call for call in machine.calls("docker") if call.startswith("build")]
    assert machine.environment()["SER_DOMAIN"] == "voice.example.org"
    assert machine.environment()["SER_EMAIL"] == "me@example.org"

    # A version that cannot be built leaves the one that runs alone, and the stack hears why.
    before = machine.app()
    (machine.root / "no-build").touch()
    done = machine.start(changed(one_machine, SER_SOURCE="https://example.org/broken.tar.gz"))
    assert done.returncode != 0
    assert machine.signal()["code"] != "0"
    assert "no space left on device" in machine.signal()["text"]
    assert machine.app() == before
    assert "reload-or-restart ser.service" not in machine.calls("systemctl")


def verify_units(machine: Machine, *units: str) -> None:
    command = ["systemd-analyze", "verify", f"--root={machine.root}", "--man=no", "--recursive-errors=one", *units]
    checked = subprocess.run(command, capture_output=True, text=True)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_what_can_be_done_without_is_done_without(machine: Machine, one_machine: str) -> None:
    for missing in ("no-swap", "no-updates", "no-certificate"):
        (machine.root / missing).touch()
    done = machine.start(one_machine)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No swap could be made" in done.stdout
    assert not (machine.root / "var/swap").exists()
    assert "/var/swap" not in machine.read("/etc/fstab")
    assert "security updates could not be fetched" in done.stdout
    assert "there is no certificate for" in machine.signal()["text"]
    assert len(machine.calls("sleep")) == 30


def test_an_image_instead_of_a_build(machine: Machine, one_machine: str) -> None:
    image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/ser:1"
    done = machine.start(changed(one_machine, SER_IMAGE=image))
    assert done.returncode == 0, done.stdout + done.stderr
    docker = machine.calls("docker")
    assert docker[:3] == [
        "login --username AWS --password-stdin 123456789012.dkr.ecr.us-east-1.amazonaws.com",
        f"pull --quiet {image}",
        f"tag {image} ser:latest",
    ]
    assert not any(call.startswith("build --") for call in docker)


def test_what_is_not_the_compose_command_is_not_installed(machine: Machine, one_machine: str) -> None:
    (machine.root / "real-checksum").touch()
    done = machine.start(one_machine)
    assert done.returncode != 0
    assert "is not what was expected" in machine.signal()["text"]
    assert list((machine.root / "usr/local/lib/docker").rglob("docker-compose*")) == []


def test_an_archive_of_something_else_is_refused_by_name(machine: Machine, one_machine: str) -> None:
    with tarfile.open(machine.root / "archive.tar.gz", "w:gz") as packed:
        packed.add(PROJECT / "LICENSE", "LICENSE")
    done = machine.start(one_machine)
    assert done.returncode == 1
    assert "holds no deploy/host/setup" in machine.signal()["text"]


def test_one_of_several_machines(machine: Machine, one_of_several: str) -> None:
    done = machine.start(one_of_several)
    assert done.returncode == 0, done.stdout + done.stderr
    environment = machine.environment()
    files = [machine.app() / name for name in environment["COMPOSE_FILE"].split(":")]
    assert all(file.is_file() for file in files)
    assert environment["SER_DOMAIN"] == "voice.example.org", "which makes the address that people sign in at"
    assert environment["SER_DATABASE_URL"].startswith("postgresql://ser@ser-database-")
    assert "sslmode=verify-full" in environment["SER_DATABASE_URL"]
    # The folder that the app sees as /run/database, and the certificate beside it.
    assert "passfile=/run/database/password" in environment["SER_DATABASE_URL"]
    mounts = (machine.app() / "deploy/host/behind-balancer.yaml").read_text("utf-8")
    assert "/run/ser/database:/run/database:ro" in mounts
    assert "truststore.pki.rds.amazonaws.com" in machine.read("/opt/ser/rds-ca.pem")

    verify_units(machine, "ser.service", "ser-health.timer", "ser-secrets.service", "ser-secrets.timer")
    dropped_in = machine.read("/etc/systemd/system/ser.service.d/with-secrets.conf")
    assert "Requires=ser-secrets.service" in dropped_in
    assert "enable --quiet --now ser-health.timer ser-secrets.timer" in machine.calls("systemctl")
    settings = dict(word.split("=", 1) for word in shlex.split(machine.read("/etc/ser/settings")))
    assert {"SER_DATABASE_SECRET", "SER_COOKIE_SECRET", "SER_REGION"} <= set(settings)
    assert machine.signal()["code"] == "0"
