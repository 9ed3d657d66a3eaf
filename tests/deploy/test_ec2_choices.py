"""What deploy/ec2.yaml makes of its parameters, and what it refuses."""

import re
from collections.abc import Iterator

import boto3
import pytest

from tests.deploy.stacks import aws, create, machine, read, role_rights, ways_through

TEMPLATE = "deploy/ec2.yaml"


@pytest.fixture
def account() -> Iterator[None]:
    with aws():
        yield


def test_ssh_is_open_to_whom_it_was_asked_for(account: None) -> None:
    stack = create(TEMPLATE, SshKey="mine", SshFrom="203.0.113.7/32")
    assert {address for _, port, address in ways_through(stack, "Firewall") if port == 22} == {"203.0.113.7/32"}
    assert machine(stack)["KeyName"] == "mine"


def test_a_domain_of_ones_own_and_a_public_source(account: None) -> None:
    source = "https://example.org/owner/ser/archive/main.tar.gz"
    stack = create(TEMPLATE, Source=source, Domain="voice.example.org", Email="me@example.org")
    assert stack.outputs["Address"] == "https://voice.example.org"
    settings = stack.settings()
    assert (settings["SER_DOMAIN"], settings["SER_EMAIL"]) == ("voice.example.org", "me@example.org")
    assert settings["SER_SOURCE"] == source
    assert role_rights(stack) == [], "anybody may read it"


def test_a_given_system_is_kept(account: None) -> None:
    image = boto3.client("ec2").describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    stack = create(TEMPLATE, Ami=image)
    assert machine(stack)["ImageId"] == stack.outputs["Ami"] == image


def test_an_open_port_without_a_key_is_refused() -> None:
    # moto knows no rules.
    rule = read(TEMPLATE)["Rules"]["SshNeedsBoth"]
    assert rule["RuleCondition"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "SshFrom"}, ""]}]}
    assert rule["Assertions"][0]["Assert"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "SshKey"}, ""]}]}


@pytest.mark.parametrize(
    "parameter, good, bad",
    [
        ("Source", "s3://my-bucket/ser-2.tar.gz", "ftp://example.org/x.tar.gz"),
        ("Source", "https://codeload.example.org/me/ser/tar.gz/refs/heads/main", "https://example.org/x'; reboot"),
        ("Source", "https://example.org/a.tar.gz?token=a%2Fb&x=1", "https://example.org/$(reboot)"),
        ("Image", "123456789012.dkr.ecr.us-east-1.amazonaws.com/ser:1", "ser:1'"),
        ("Domain", "voice.example.org", "voice.example.org; reboot"),
        ("Domain", "a.co", "Voice.Example.org"),
        ("Email", "me+ser@example.org", "me@example.org } respond"),
        ("SshFrom", "203.0.113.7/32", "203.0.113.7"),
        ("Ami", "ami-0d27e0fb3bac4d724", "ami-'"),
    ],
)
def test_what_could_break_out_of_the_script_is_refused(parameter: str, good: str, bad: str) -> None:
    # moto checks no patterns. Values reach the script in single quotes.
    pattern = read(TEMPLATE)["Parameters"][parameter]["AllowedPattern"]
    assert re.search(pattern, good)
    assert not re.search(pattern, bad)
    assert not re.search(pattern, f"{good}\nreboot")


def test_both_templates_accept_the_same() -> None:
    one, several = read(TEMPLATE)["Parameters"], read("deploy/scale.yaml")["Parameters"]
    for name in ("Source", "Image", "LatestAmi"):
        assert {**one[name], "Description": ""} == {**several[name], "Description": ""}
    # The name may be left out where an address gives one.
    assert one["Domain"]["AllowedPattern"] == several["Domain"]["AllowedPattern"] + "|^$"
