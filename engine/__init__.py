"""Runs processes: BPMN, DMN and FEEL on any SQL database. Knows no Flask and no CRM."""
