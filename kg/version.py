"""The version of kg, for whoever writes it down."""

VERSION = "0.1.0"
