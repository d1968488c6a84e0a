"""The cluster, which is this one server: topology, licence, configuration."""

from marshmallow import fields

from web.api.fields import Answer, Flag, Instant, Text, Whole, texts


class Partition(Answer):
    """A part of the cluster: there is one."""

    partition_id = Whole()
    role = Text()
    health = Text()
    state = Text()


class BrokerInfo(Answer):
    """A machine of the cluster: this one."""

    node_id = Whole()
    broker_id = Text()
    host = Text()
    port = Whole()
    partitions = fields.List(fields.Nested(Partition))
    version = Text()


class TopologyResponse(Answer):
    """What answers here."""

    brokers = fields.List(fields.Nested(BrokerInfo))
    cluster_id = Text(allow_none=True)
    cluster_size = Whole()
    partitions_count = Whole()
    replication_factor = Whole()
    gateway_version = Text()
    last_completed_change_id = Text()


class LicenseResponse(Answer):
    """The licence: Apache 2.0, nothing to buy."""

    valid_license = Flag()
    license_type = Text()
    is_commercial = Flag()
    expires_at = Instant(allow_none=True)


class JobMetricsConfiguration(Answer):
    """Metrics of jobs: they are at /metrics, not exported."""

    enabled = Flag(dump_default=False)
    export_interval = Text(dump_default="PT5M")
    max_worker_name_length = Whole(dump_default=100)
    max_job_type_length = Whole(dump_default=100)
    max_tenant_id_length = Whole(dump_default=30)
    max_unique_keys = Whole(dump_default=0)


class ComponentsConfiguration(Answer):
    """Which pages there are, in the words of the original."""

    active = texts()


class DeploymentConfiguration(Answer):
    """How this server is set up."""

    is_multi_tenancy_enabled = Flag(dump_default=False)
    max_request_size = Whole()


class AuthenticationConfiguration(Answer):
    """How people sign in."""

    can_logout = Flag(dump_default=True)
    is_login_delegated = Flag()


class CloudConfiguration(Answer):
    """Nothing: this is no cloud."""

    stage = Text(allow_none=True)


class SystemConfigurationResponse(Answer):
    """How this server is set up."""

    job_metrics = fields.Nested(JobMetricsConfiguration, dump_default=dict)
    components = fields.Nested(ComponentsConfiguration)
    deployment = fields.Nested(DeploymentConfiguration)
    authentication = fields.Nested(AuthenticationConfiguration)
    cloud = fields.Nested(CloudConfiguration, dump_default=dict)
