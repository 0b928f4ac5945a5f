"""The language server: what the command line knows of rule files and configuration, at the place of the cursor."""
