"""What a subject of the CRM declares, and what all records share. Imports no subject."""
