"""Contacts: the recipients that the contacts files of the plans name."""
