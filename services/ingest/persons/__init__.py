"""Persons and keys: who may do what."""
