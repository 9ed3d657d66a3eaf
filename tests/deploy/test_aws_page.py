"""docs/aws.md: its commands run against a stand-in for AWS, its names exist, and its prices add up."""

import os
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from tests.deploy import aws_kept
from tests.deploy.aws_kept import CLIENT
from tests.deploy.stacks import REGION, credentials, read, what_moto_lacks

PROJECT = Path(__file__).resolve().parents[2]
PAGE = (PROJECT / "docs/aws.md").read_text("utf-8")
ONE, SEVERAL = PAGE.split("\n# On several machines\n")
HOURS_A_MONTH = 730


def boxes(text: str) -> list[str]:
    """The grey boxes that are copied into CloudShell."""
    return re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def cloudshell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a command line whose `aws` talks to the stand-in, with the packed app in its home."""
    home = tmp_path_factory.mktemp("home")
    with tarfile.open(home / "ser.tar.gz", "w:gz") as packed:
        packed.add(PROJECT / "deploy", "deploy")
    tools = home / "tools"
    tools.mkdir()
    (tools / "aws").write_text(CLIENT.format(python=sys.executable, socket=str(home / "aws")), "utf-8")
    (tools / "aws").chmod(0o755)
    (tools / "docker").write_text('#!/bin/sh\necho "docker $*"\n[ "$1" != login ] || cat >/dev/null\n', "utf-8")
    (tools / "docker").chmod(0o755)
    server = ThreadedMotoServer(port=0, verbose=False)
    with credentials(), what_moto_lacks():
        server.start()
        host, port = server.get_host_and_port()
        environment = {
            **os.environ,
            "HOME": str(home),
            "PATH": f"{tools}:{os.environ['PATH']}",
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": host,
        }
        try:
            with aws_loaded(home / "aws", environment):
                yield environment
        finally:
            server.stop()


@contextmanager
def aws_loaded(address: Path, environment: dict[str, str]) -> Iterator[None]:
    """Within it the command line of AWS waits at `address`, with what the page asks of it loaded."""
    services = sorted(set(re.findall(r"\baws ([a-z0-9]+) ", PAGE)))
    command = [sys.executable, aws_kept.__file__, str(address), *services]
    kept = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert kept.stdout is not None
        assert kept.stdout.readline() == "ready\n"
        yield
    finally:
        kept.kill()
        kept.communicate()


def run(script: str, environment: dict[str, str]) -> list[str]:
    """What each box said."""
    marked = "".join(f"{box}\necho '--- next'\n" for box in boxes(script))
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", marked], env=environment, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.split("--- next\n")[:-1]


@pytest.mark.slow
def test_one_machine_from_nothing_to_nothing(cloudshell: dict[str, str]) -> None:
    said = run(ONE, cloudshell)
    told = "".join(said)
    assert told.count("Successfully created/updated stack - ser\n") == ONE.count("aws cloudformation deploy")
    (table,) = [one for one in said if "DescribeStacks" in one]
    assert "sslip.io" in table
    assert all(name in table for name in ("Address", "PublicIp", "Shell", "Ami"))
    assert said[-1].startswith("[]\n"), "no machine is left"


@pytest.mark.slow
def test_several_machines_from_nothing_to_nothing(cloudshell: dict[str, str]) -> None:
    route53 = boto3.client("route53", endpoint_url=cloudshell["AWS_ENDPOINT_URL"], region_name=REGION)
    route53.create_hosted_zone(Name="example.org", CallerReference="1")
    # The box of step 3 comes first.
    said = run("```sh\n" + boxes(ONE)[0] + "```\n" + SEVERAL, cloudshell)
    told = "".join(said)
    assert "Successfully created/updated stack - ser-scale" in told
    assert "https://voice.example.org" in told
    assert f"docker push 123456789012.dkr.ecr.{REGION}.amazonaws.com/ser:1" in told


def test_packing_takes_what_the_machine_needs(tmp_path: Path) -> None:
    if not (PROJECT / ".git").exists():
        pytest.skip("This is no clone")
    (command,) = re.findall(r"^git archive .*", PAGE, re.MULTILINE)
    packed = tmp_path / "ser.tar.gz"
    subprocess.run(command.replace("ser.tar.gz", str(packed)).split(), cwd=PROJECT, check=True)
    with tarfile.open(packed) as content:
        names = set(content.getnames())
    assert {"compose.yaml", "Dockerfile", "deploy/host/setup", "deploy/Caddyfile"} <= names
    assert 37e6 < packed.stat().st_size < 47e6, "the page says about 42 MB"


@pytest.mark.parametrize("text, template", [(ONE, "deploy/ec2.yaml"), (SEVERAL, "deploy/scale.yaml")])
def test_what_the_page_names_exists(text: str, template: str) -> None:
    declared = read(template)
    assert template in text
    parameters = set(re.findall(r"[\s`\"]([A-Z][a-z]\w+)=", re.sub(r"\bName=\S+", "", text)))
    assert len(parameters) > 2
    assert parameters <= set(declared["Parameters"])
    outputs = set(re.findall(r"OutputKey=='(\w+)'", text)) | {"Address"}
    assert outputs <= set(declared["Outputs"])
    # Said in words, with no = behind.
    named = {"DiskGiB", "SshKey", "SshFrom", "NameService"} if template == "deploy/ec2.yaml" else {"HostedZone"}
    assert all(name in text for name in named)
    assert named <= set(declared["Parameters"])


def test_each_thing_on_the_machine_is_called_as_the_page_calls_it() -> None:
    # compose calls a container by the project, the service and a number.
    services = re.findall(r"docker logs speech-emotion-recognition-(\w+)-1", PAGE)
    compose = (PROJECT / "compose.yaml").read_text("utf-8")
    assert "name: speech-emotion-recognition" in compose
    assert set(services) == {"app", "caddy"}
    assert all(re.search(rf"^  {service}:$", compose, re.MULTILINE) for service in services)
    assert "/var/log/ser-setup.log" in (PROJECT / "deploy/ec2.yaml").read_text("utf-8")
    assert (PROJECT / "deploy/host/ser-health.service").exists()


def prices(text: str) -> tuple[list[tuple[str, float, float, float]], float]:
    """What, how much, price and monthly sum of each line of the table, and the whole."""
    lines = re.findall(r"^\| (.+?) \| ([\d.]+) .*? \| ([\d.]+) \| ([\d.]+) \|$", text, re.MULTILINE)
    (total,) = re.findall(r"^\| \*\*total\*\* \| \| \| \*\*([\d.]+)\*\* \|$", text, re.MULTILINE)
    return [(what, float(count), float(price), float(month)) for what, count, price, month in lines], float(total)


@pytest.mark.parametrize("text, lines", [(ONE, 4), (SEVERAL, 11)])
def test_prices_add_up(text: str, lines: int) -> None:
    table, total = prices(text)
    assert len(table) == lines
    for what, count, price, month in table:
        assert month == pytest.approx(count * price, abs=0.0051), what
    assert total == pytest.approx(sum(month for *_, month in table))
    assert len(re.findall(r"^\|.*\*\*", text, re.MULTILINE)) == 1


def test_prices_are_of_what_the_templates_make() -> None:
    one = {name: parameter.get("Default") for name, parameter in read("deploy/ec2.yaml")["Parameters"].items()}
    rows = {what: (count, price) for what, count, price, _ in prices(ONE)[0]}
    assert rows[f"machine `{one['InstanceType']}` (1 GiB memory)"][0] == HOURS_A_MONTH
    assert rows["its encrypted disk"][0] == one["DiskGiB"]

    template = read("deploy/scale.yaml")
    several = {name: parameter.get("Default") for name, parameter in template["Parameters"].items()}
    rows = {what: (count, price) for what, count, price, _ in prices(SEVERAL)[0]}
    machines = several["Machines"]
    hours, machine_price = rows[f"{machines} machines `{several['InstanceType']}` (2 GiB memory)"]
    assert hours == machines * HOURS_A_MONTH
    (disk,) = template["Resources"]["Machine"]["Properties"]["LaunchTemplateData"]["BlockDeviceMappings"]
    size, disk_price = rows["their encrypted disks"]
    assert size == machines * disk["Ebs"]["VolumeSize"]
    database = template["Resources"]["Database"]["Properties"]
    _, database_price = rows[f"database `{several['DatabaseClass']}`"]
    storage, storage_price = rows["its disk"]
    assert storage == float(database["AllocatedStorage"])

    (further,) = re.findall(r"Each further machine that runs all month adds ([\d.]+)\.", SEVERAL)
    address_price = rows[f"public addresses: {machines} for the machines, 2 for the load balancer"][1]
    each = HOURS_A_MONTH * (machine_price + address_price) + disk["Ebs"]["VolumeSize"] * disk_price
    assert float(further) == pytest.approx(each, abs=0.0051)
    (standby,) = re.findall(r"`DatabaseStandby=true` keeps .* adds ([\d.]+)\.", SEVERAL)
    assert float(standby) == pytest.approx(HOURS_A_MONTH * database_price + storage * storage_price, abs=0.0051)


def test_the_readme_leads_here() -> None:
    assert "(docs/aws.md)" in (PROJECT / "README.md").read_text("utf-8")
