"""The pages people see: a package per subject with its `SECTION`, its views and its templates."""
