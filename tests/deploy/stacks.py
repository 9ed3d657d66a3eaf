"""The AWS templates, created in moto: a stand-in for AWS that lives in this process."""

import base64
import email
import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any
from unittest import mock

import boto3
import pytest
import yaml
from moto import mock_aws
from moto.acm.models import acm_backends
from moto.cloudformation import parsing
from moto.cloudformation.models import ChangeSet
from moto.cloudformation.parsing import ResourceMap
from moto.core.common_models import CloudFormationModel
from moto.ec2.models.route_tables import RouteTable
from moto.rds.models import DBInstance
from moto.secretsmanager.models import secretsmanager_backends

PROJECT = Path(__file__).resolve().parents[2]
REGION = "us-east-1"
SOURCE = "s3://ser-source-123456789012/ser.tar.gz"
DATABASE_SECRET = f"arn:aws:secretsmanager:{REGION}:123456789012:secret:rds!db-1"
# moto's support for CloudFormation ends before these; what they say is read from the template instead.
UNKNOWN_TO_MOTO = "(EIPAssociation|Alarm|ScalingPolicy)"


@dataclass(frozen=True)
class Stack:
    """A created stack: what it says of itself, and the properties that CloudFormation gave to each resource."""

    name: str
    outputs: dict[str, str]
    resources: dict[str, Any]

    def client(self, service: str) -> Any:
        return boto3.client(service, region_name=REGION)

    def script(self) -> str:
        """The shell script that the machine runs, as it reaches the machine."""
        message = email.message_from_string(self.user_data())
        found = [part for part in message.walk() if part.get_content_type() == "text/x-shellscript"]
        assert len(found) == 1
        return str(found[0].get_payload())

    def user_data(self) -> str:
        ec2 = self.client("ec2")
        templates = ec2.describe_launch_templates()["LaunchTemplates"]
        if templates:
            encoded = launch_template(self)["UserData"]
        else:
            answer = ec2.describe_instance_attribute(InstanceId=self.outputs["Machine"], Attribute="userData")
            encoded = answer["UserData"]["Value"]
        return base64.b64decode(encoded).decode("ascii")

    def settings(self) -> dict[str, str]:
        """What the script writes down for the machine."""
        lines = self.script().split("<<'SETTINGS'\n")[1].split("\nSETTINGS\n")[0]
        return dict(word.split("=", 1) for word in shlex.split(lines))


def machine(stack: Stack) -> dict[str, Any]:
    reservations = stack.client("ec2").describe_instances(InstanceIds=[stack.outputs["Machine"]])["Reservations"]
    return dict(reservations[0]["Instances"][0])


def ways_through(stack: Stack, firewall: str) -> set[tuple[str, int, str]]:
    """Protocol, port and origin (addresses or another firewall) of each way through this firewall."""
    found = stack.client("ec2").describe_security_groups(GroupIds=[physical(stack, firewall)])
    (group,) = found["SecurityGroups"]
    ways = set()
    for way in group["IpPermissions"]:
        assert way["FromPort"] == way["ToPort"]
        origins = [address["CidrIp"] for address in way["IpRanges"]]
        origins += [other["GroupId"] for other in way["UserIdGroupPairs"]]
        ways |= {(way["IpProtocol"], way["FromPort"], origin) for origin in origins}
    return ways


def physical(stack: Stack, name: str) -> str:
    """What AWS calls the resource that the template calls `name`."""
    cloudformation = stack.client("cloudformation")
    found = cloudformation.describe_stack_resource(StackName=stack.name, LogicalResourceId=name)
    return str(found["StackResourceDetail"]["PhysicalResourceId"])


def role_rights(stack: Stack) -> list[dict[str, Any]]:
    """The statements written into the machine's role, without those of AWS's own policies."""
    iam = stack.client("iam")
    (role,) = iam.list_roles()["Roles"]
    names = iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]
    statements = []
    for name in names:
        document = iam.get_role_policy(RoleName=role["RoleName"], PolicyName=name)["PolicyDocument"]
        # moto hands it out in Python's notation when it came with the role; YAML reads that too.
        statements += (yaml.safe_load(document) if isinstance(document, str) else document)["Statement"]
    return statements


def launch_template(stack: Stack) -> dict[str, Any]:
    ec2 = stack.client("ec2")
    (template,) = ec2.describe_launch_templates()["LaunchTemplates"]
    versions = ec2.describe_launch_template_versions(
        LaunchTemplateId=template["LaunchTemplateId"], Versions=["$Latest"]
    )
    return dict(versions["LaunchTemplateVersions"][0]["LaunchTemplateData"])


@contextmanager
def aws() -> Iterator[None]:
    """An empty AWS account in this process, with what moto lacks."""
    with credentials(), what_moto_lacks(), mock_aws():
        yield


def credentials() -> Any:
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}
    return mock.patch.dict(os.environ, keys)


@contextmanager
def what_moto_lacks() -> Iterator[None]:
    """The secret that RDS keeps, route tables that go with their stack, and what a changed stack says of itself."""
    original = DBInstance.get_cfn_attribute

    def attribute(self: DBInstance, name: str) -> Any:
        return DATABASE_SECRET if name == "MasterUserSecret.SecretArn" else original(self, name)

    def delete_table(self: RouteTable, account_id: str, region_name: str) -> None:
        self._associations.clear()
        self.ec2_backend.delete_route_table(self.id)

    apply = ChangeSet.apply

    def apply_and_tell(self: ChangeSet) -> None:
        apply(self)
        self.stack.template = self.template
        self.stack.template_dict = self.template_dict
        self.stack.output_map = self.stack._create_output_map()

    parse = ResourceMap.parse_ssm_parameter

    def parse_once(self: ResourceMap, value: str, value_type: str) -> str:
        # A value that a change of the stack leaves as it is was looked up before.
        return value if value.startswith("ami-") else parse(self, value, value_type)

    update = parsing.parse_and_update_resource

    def update_or_keep(name: str, resource: Any, resources: ResourceMap, **where: str) -> Any:
        return update(name, resource, resources, **where) or resources[name]

    with (
        mock.patch.object(parsing, "parse_and_update_resource", update_or_keep),
        mock.patch.object(DBInstance, "get_cfn_attribute", attribute),
        mock.patch.object(RouteTable, "delete", delete_table, create=True),
        mock.patch.object(ChangeSet, "apply", apply_and_tell),
        mock.patch.object(ResourceMap, "parse_ssm_parameter", parse_once),
    ):
        yield


# moto finds these two among the subclasses.
class _Secret(CloudFormationModel):
    def __init__(self, arn: str) -> None:
        self.physical_resource_id = arn

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
    ) -> "_Secret":
        length = cloudformation_json["Properties"]["GenerateSecretString"]["PasswordLength"]
        secret = secretsmanager_backends[account_id][region_name].create_managed_secret(
            "cloudformation", resource_name, secret_string=token_hex(length // 2)
        )
        return cls(secret.arn)

    @staticmethod
    def cloudformation_name_type() -> str:
        return "Name"

    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::SecretsManager::Secret"


class _Certificate(CloudFormationModel):
    def __init__(self, arn: str) -> None:
        self.physical_resource_id = arn

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
    ) -> "_Certificate":
        properties = cloudformation_json["Properties"]
        assert properties["ValidationMethod"] == "DNS"
        return cls(acm_backends[account_id][region_name].request_certificate(properties["DomainName"], "", [], []))

    @staticmethod
    def cloudformation_name_type() -> str:
        return ""

    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::CertificateManager::Certificate"


def create(template: str, **parameters: str) -> Stack:
    cloudformation = boto3.client("cloudformation", region_name=REGION)
    given = {"Source": SOURCE} | parameters
    with pytest.warns(UserWarning, match=UNKNOWN_TO_MOTO):
        cloudformation.create_stack(
            StackName="ser",
            TemplateBody=(PROJECT / template).read_text("utf-8"),
            Capabilities=["CAPABILITY_IAM"],
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()],
        )
    (stack,) = cloudformation.describe_stacks(StackName="ser")["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    return Stack("ser", outputs, read(template)["Resources"])


def create_several() -> Stack:
    """deploy/scale.yaml for voice.example.org, whose zone is in Route 53."""
    zone = boto3.client("route53").create_hosted_zone(Name="example.org", CallerReference="1")["HostedZone"]["Id"]
    return create("deploy/scale.yaml", Domain="voice.example.org", HostedZone=zone.removeprefix("/hostedzone/"))


def delete(stack: Stack) -> None:
    stack.client("cloudformation").delete_stack(StackName=stack.name)
    (summary,) = stack.client("cloudformation").list_stacks()["StackSummaries"]
    assert summary["StackStatus"] == "DELETE_COMPLETE"


def read(template: str) -> dict[str, Any]:
    """The template as it is written, its functions in their long form ({"Ref": ...})."""
    return dict(yaml.load((PROJECT / template).read_text("utf-8"), Loader=_Loader))  # noqa: S506 - a safe loader with more tags


class _Loader(yaml.SafeLoader):
    pass


def _long_form(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        if suffix == "GetAtt":
            value = value.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    return {suffix if suffix == "Ref" else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _long_form)
