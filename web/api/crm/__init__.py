"""The resources of `/crm/v1`: what the CRM adds to processes; a module each with its `routes`."""
