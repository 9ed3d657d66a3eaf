"""The checkers of shell scripts and AWS templates find nothing."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
SHELLS = ("#!/usr/bin/env bash", "#!/bin/bash", "#!/bin/sh")


def shell_scripts() -> list[str]:
    found = [*PROJECT.glob("deploy/**/*"), *PROJECT.glob(".ci/*")]
    return sorted(
        str(path.relative_to(PROJECT))
        for path in found
        if path.is_file() and path.read_bytes()[:30].decode(errors="replace").startswith(SHELLS)
    )


def test_shell_scripts() -> None:
    scripts = shell_scripts()
    assert {"deploy/host/setup", "deploy/host/restart-unhealthy"} <= set(scripts)
    checked = subprocess.run([BIN / "shellcheck", *scripts], cwd=PROJECT, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout


def test_templates() -> None:
    command = [BIN / "cfn-lint", "--format", "json", "deploy/ec2.yaml", "deploy/scale.yaml"]
    checked = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert (json.loads(checked.stdout), checked.returncode) == ([], 0)


@pytest.mark.root
def test_log_rotation(tmp_path: Path) -> None:
    # It refuses a file that others may write to.
    copy = shutil.copy(PROJECT / "deploy/host/logrotate.conf", tmp_path)
    Path(copy).chmod(0o644)
    checked = subprocess.run(["logrotate", "--debug", copy], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    assert "error" not in checked.stderr
    assert "/var/log/ser-setup.log" in checked.stderr


def test_engine_settings() -> None:
    settings = json.loads((PROJECT / "deploy/host/docker-daemon.json").read_text("utf-8"))
    assert settings["log-opts"] == {"max-size": "10m", "max-file": "3"}
