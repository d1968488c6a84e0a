"""The pages people see: a module per kind of page, its `blueprint` listed in `web.PAGES`."""
