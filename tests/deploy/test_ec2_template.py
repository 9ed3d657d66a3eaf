"""deploy/ec2.yaml with nothing chosen: one machine, created and deleted in a stand-in for AWS."""

from collections.abc import Iterator

import pytest

from tests.deploy.stacks import Stack, aws, create, delete, machine, role_rights, ways_through

TEMPLATE = "deploy/ec2.yaml"
EVERYWHERE = "0.0.0.0/0"


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with aws():
        yield create(TEMPLATE)


def test_only_the_web_gets_in(stack: Stack) -> None:
    assert stack.resources["Interface"]["Properties"]["GroupSet"] == [{"Ref": "Firewall"}]
    assert ways_through(stack, "Firewall") == {
        ("tcp", 443, EVERYWHERE),
        ("udp", 443, EVERYWHERE),
        ("tcp", 80, EVERYWHERE),
    }
    assert "KeyName" not in machine(stack)


def test_the_smallest_machine_with_an_encrypted_disk(stack: Stack) -> None:
    assert machine(stack)["InstanceType"] == "t2.micro"
    (disk,) = stack.client("ec2").describe_volumes()["Volumes"]
    assert disk["Encrypted"] is True
    assert disk["VolumeType"] == "gp3"
    # Where Amazon Linux has its root, or there would be two disks, one of them in the clear.
    assert disk["Attachments"][0]["Device"] == "/dev/xvda"


def test_credentials_are_given_to_the_machine_alone(stack: Stack) -> None:
    # moto does not take these over into its machine.
    assert stack.resources["Machine"]["Properties"]["MetadataOptions"] == {
        "HttpEndpoint": "enabled",
        "HttpTokens": "required",
        "HttpPutResponseHopLimit": 1,
    }


def test_the_machine_may_read_its_source_and_no_more(stack: Stack) -> None:
    resource = "arn:aws:s3:::ser-source-123456789012/ser.tar.gz"
    assert role_rights(stack) == [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": resource}]


def test_the_address_stays_and_names_the_app(stack: Stack) -> None:
    (address,) = stack.client("ec2").describe_addresses()["Addresses"]
    public = address["PublicIp"]
    assert stack.outputs["PublicIp"] == public
    name = f"{public.replace('.', '-')}.sslip.io"
    assert stack.outputs["Address"] == f"https://{name}"
    assert stack.settings()["SER_DOMAIN"] == name


def test_the_address_is_there_before_the_machine_starts(stack: Stack) -> None:
    assert stack.resources["AddressOfInterface"]["Properties"]["NetworkInterfaceId"] == {"Ref": "Interface"}
    assert {"AddressOfInterface", "RouteOut", "RoutesOfSubnet"} <= set(stack.resources["Machine"]["DependsOn"])
    (interface,) = stack.resources["Machine"]["Properties"]["NetworkInterfaces"]
    assert interface["NetworkInterfaceId"] == {"Ref": "Interface"}


def test_the_stack_waits_for_the_app(stack: Stack) -> None:
    assert stack.resources["Machine"]["CreationPolicy"]["ResourceSignal"]["Timeout"]
    assert "--stack 'ser' --resource Machine --region 'us-east-1'" in stack.script()


def test_user_data_fits_and_is_filled_in(stack: Stack) -> None:
    # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
    assert len(stack.user_data()) < 16 * 1024
    assert "${" not in stack.user_data().replace("${PIPESTATUS[0]}", "")


def test_a_stuck_machine_is_restarted(stack: Stack) -> None:
    alarm = stack.resources["RestartWhenStuck"]["Properties"]
    assert alarm["MetricName"] == "StatusCheckFailed_Instance"
    assert alarm["AlarmActions"][0]["Fn::Sub"].endswith(":ec2:reboot")


def test_nothing_is_kept_on_deletion(stack: Stack) -> None:
    assert not {name for name, resource in stack.resources.items() if "DeletionPolicy" in resource}


def test_deletion_takes_all_away(stack: Stack) -> None:
    ec2 = stack.client("ec2")
    delete(stack)
    (reservation,) = ec2.describe_instances()["Reservations"]
    assert reservation["Instances"][0]["State"]["Name"] == "terminated"
    assert ec2.describe_volumes()["Volumes"] == []
    assert all(network["IsDefault"] for network in ec2.describe_vpcs()["Vpcs"])
    assert stack.client("iam").list_roles()["Roles"] == []
