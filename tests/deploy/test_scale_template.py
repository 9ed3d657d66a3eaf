"""deploy/scale.yaml: several machines behind a load balancer, created and deleted in a stand-in for AWS."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.deploy.stacks import (
    DATABASE_SECRET,
    PROJECT,
    Stack,
    aws,
    create_several,
    delete,
    launch_template,
    physical,
    read,
    role_rights,
    ways_through,
)

TEMPLATE = "deploy/scale.yaml"
EVERYWHERE = "0.0.0.0/0"


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with aws():
        yield create_several()


def attributes(stack: Stack, name: str, of: str) -> dict[str, str]:
    return {one["Key"]: one["Value"] for one in stack.resources[name]["Properties"][of]}


def test_only_the_balancer_is_reached_from_outside(stack: Stack) -> None:
    balancer, machines = physical(stack, "BalancerFirewall"), physical(stack, "MachineFirewall")
    assert ways_through(stack, "BalancerFirewall") == {("tcp", 443, EVERYWHERE), ("tcp", 80, EVERYWHERE)}
    assert ways_through(stack, "MachineFirewall") == {("tcp", 8501, balancer)}
    assert ways_through(stack, "DatabaseFirewall") == {("tcp", 5432, machines)}


def test_each_firewall_is_where_it_belongs(stack: Stack) -> None:
    (balancer,) = stack.client("elbv2").describe_load_balancers()["LoadBalancers"]
    assert balancer["SecurityGroups"] == [physical(stack, "BalancerFirewall")]
    assert launch_template(stack)["SecurityGroupIds"] == [physical(stack, "MachineFirewall")]
    # moto's database takes another.
    assert stack.resources["Database"]["Properties"]["VPCSecurityGroups"] == [{"Ref": "DatabaseFirewall"}]


def test_a_visitor_stays_with_a_machine(stack: Stack) -> None:
    given = attributes(stack, "Targets", "TargetGroupAttributes")
    # moto's CloudFormation drops them; its load balancer knows them, so that a misspelt one would be refused.
    elb, target = stack.client("elbv2"), physical(stack, "Targets")
    elb.modify_target_group_attributes(
        TargetGroupArn=target, Attributes=[{"Key": key, "Value": value} for key, value in given.items()]
    )
    held = elb.describe_target_group_attributes(TargetGroupArn=target)["Attributes"]
    sticky = {one["Key"]: one["Value"] for one in held if one["Key"].startswith("stickiness.")}
    assert sticky == {
        "stickiness.enabled": "true",
        "stickiness.type": "lb_cookie",
        "stickiness.lb_cookie.duration_seconds": "86400",
    }


def test_a_machine_is_alive_when_it_can_predict(stack: Stack) -> None:
    (target,) = stack.client("elbv2").describe_target_groups()["TargetGroups"]
    assert (target["Port"], target["HealthCheckPath"]) == (8501, "/ready")
    (group,) = stack.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    assert group["HealthCheckType"] == "ELB"
    assert group["TargetGroupARNs"] == [physical(stack, "Targets")]
    # The container's own health check (Dockerfile) and ser-health.timer come first: 3 x 30 s, and 30 s more.
    assert target["HealthCheckIntervalSeconds"] * target["UnhealthyThresholdCount"] > 120


def listener(stack: Stack, port: int) -> dict[str, Any]:
    elb = stack.client("elbv2")
    (balancer,) = elb.describe_load_balancers()["LoadBalancers"]
    listeners = elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    return next(dict(one) for one in listeners if one["Port"] == port)


def test_everything_goes_by_https(stack: Stack) -> None:
    (redirect,) = listener(stack, 80)["DefaultActions"]
    assert redirect["RedirectConfig"]["Protocol"] == "HTTPS"
    https = listener(stack, 443)
    assert https["Protocol"] == "HTTPS"
    assert https["SslPolicy"].startswith("ELBSecurityPolicy-TLS13")
    assert https["Certificates"]


def test_what_is_for_machines_stays_inside(stack: Stack) -> None:
    rules = stack.client("elbv2").describe_rules(ListenerArn=listener(stack, 443)["ListenerArn"])["Rules"]
    (rule,) = [rule for rule in rules if not rule["IsDefault"]]
    (condition,) = rule["Conditions"]
    (inside,) = re.findall(r"@inside path (.*)", (PROJECT / "deploy/Caddyfile").read_text("utf-8"))
    assert condition["PathPatternConfig"]["Values"] == inside.split(), "as on a single machine"
    (action,) = rule["Actions"]
    assert action["FixedResponseConfig"]["StatusCode"] == "404"


def test_each_machine_has_an_encrypted_disk_and_keeps_its_credentials(stack: Stack) -> None:
    machine = launch_template(stack)
    (disk,) = machine["BlockDeviceMappings"]
    assert disk["DeviceName"] == "/dev/xvda"
    assert (disk["Ebs"]["Encrypted"], disk["Ebs"]["VolumeType"]) == (True, "gp3")
    assert machine["MetadataOptions"] == {
        "HttpEndpoint": "enabled",
        "HttpTokens": "required",
        "HttpPutResponseHopLimit": 1,
    }
    assert "KeyName" not in machine


def test_the_database_is_encrypted_and_out_of_reach(stack: Stack) -> None:
    (database,) = stack.client("rds").describe_db_instances()["DBInstances"]
    assert database["StorageEncrypted"] is True
    assert stack.resources["Database"]["Properties"]["PubliclyAccessible"] is False
    subnets = {subnet["SubnetIdentifier"] for subnet in database["DBSubnetGroup"]["Subnets"]}
    routed = {
        association.get("SubnetId")
        for table in stack.client("ec2").describe_route_tables()["RouteTables"]
        if any(route.get("GatewayId", "").startswith("igw-") for route in table["Routes"])
        for association in table["Associations"]
    }
    assert len(subnets) == 2
    assert not subnets & routed


def test_no_secret_is_written_down(stack: Stack) -> None:
    database = stack.resources["Database"]["Properties"]
    assert database["ManageMasterUserPassword"] is True
    assert "MasterUserPassword" not in database
    assert not {name for name in read(TEMPLATE)["Parameters"] if "password" in name.lower() or "secret" in name.lower()}
    settings = stack.settings()
    assert settings["SER_DATABASE_SECRET"] == DATABASE_SECRET
    cookie = stack.client("secretsmanager").get_secret_value(SecretId=settings["SER_COOKIE_SECRET"])
    assert cookie["SecretString"] not in stack.user_data()


def test_the_machines_may_read_these_secrets_and_the_source(stack: Stack) -> None:
    rights = {(right["Action"], str(right["Resource"])) for right in role_rights(stack)}
    secrets = [DATABASE_SECRET, stack.settings()["SER_COOKIE_SECRET"]]
    assert rights == {
        ("s3:GetObject", "arn:aws:s3:::ser-source-123456789012/ser.tar.gz"),
        ("secretsmanager:GetSecretValue", str(secrets)),
    }


def test_two_machines_in_two_zones_and_more_on_demand(stack: Stack) -> None:
    (group,) = stack.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    assert (group["MinSize"], group["MaxSize"], group["DesiredCapacity"]) == (2, 4, 2)
    subnets = stack.client("ec2").describe_subnets(SubnetIds=group["VPCZoneIdentifier"].split(","))["Subnets"]
    assert len({subnet["AvailabilityZone"] for subnet in subnets}) == 2
    policy = stack.resources["FollowLoad"]["Properties"]
    assert policy["PolicyType"] == "TargetTrackingScaling"
    assert policy["AutoScalingGroupName"] == {"Ref": "Group"}


def test_a_new_version_comes_machine_by_machine(stack: Stack) -> None:
    rolling = stack.resources["Group"]["UpdatePolicy"]["AutoScalingRollingUpdate"]
    assert rolling["WaitOnResourceSignals"] is True
    assert rolling["MinInstancesInService"] >= 1
    assert "--resource Group " in stack.script()


def test_user_data_fits_and_is_filled_in(stack: Stack) -> None:
    assert len(stack.user_data()) < 16 * 1024
    assert "${" not in stack.user_data().replace("${PIPESTATUS[0]}", "")


def test_https_is_asked_for() -> None:
    # moto knows no rules.
    (assertion,) = read(TEMPLATE)["Rules"]["OneCertificate"]["Assertions"]
    given = [{"Fn::Not": [{"Fn::Equals": [{"Ref": name}, ""]}]} for name in ("HostedZone", "CertificateArn")]
    assert assertion["Assert"] == {"Fn::Or": given}


def test_the_name_leads_to_the_balancer(stack: Stack) -> None:
    route53 = stack.client("route53")
    (zone,) = route53.list_hosted_zones()["HostedZones"]
    records = route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
    (record,) = [record for record in records if record["Type"] == "A"]
    assert record["Name"].rstrip(".") == "voice.example.org"
    assert record["AliasTarget"]["DNSName"].rstrip(".") == stack.outputs["Balancer"]
    assert stack.outputs["Address"] == "https://voice.example.org"


def test_a_certificate_from_elsewhere() -> None:
    choice = read(TEMPLATE)["Resources"]["Https"]["Properties"]["Certificates"][0]["CertificateArn"]
    assert choice == {"Fn::If": ["HasCertificate", {"Ref": "CertificateArn"}, {"Ref": "Certificate"}]}


def test_deletion_takes_all_away_but_a_last_snapshot(stack: Stack) -> None:
    kept = {name for name, resource in stack.resources.items() if "DeletionPolicy" in resource}
    assert kept == {"Database"}
    assert stack.resources["Database"]["DeletionPolicy"] == "Snapshot"
    delete(stack)
    assert stack.client("rds").describe_db_instances()["DBInstances"] == []
    assert stack.client("elbv2").describe_load_balancers()["LoadBalancers"] == []
    assert stack.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"] == []
    assert all(network["IsDefault"] for network in stack.client("ec2").describe_vpcs()["Vpcs"])
    assert stack.client("iam").list_roles()["Roles"] == []
