"""HTTP for integrators: `/v2` for processes, `/crm/v1` for customers, and what watches over us."""
