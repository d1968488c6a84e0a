"""The pages people see; a module per kind of page, each with a `blueprint` listed in `web.PAGES`."""
