"""The resources of `/v2`, a module each with its `routes`, described by `web.api.schemas`."""
