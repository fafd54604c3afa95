"""The command line `opsledger`."""
