"""Contacts: who is told, as the contacts files of the plans name them."""
