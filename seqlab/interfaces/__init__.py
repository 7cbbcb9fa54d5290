"""The contracts: records and one file per kind of component. Everything here may be imported by a plugin."""
