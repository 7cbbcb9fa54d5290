"""The command line: one module for each verb, nothing but parsing and printing."""
