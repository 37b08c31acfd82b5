"""The DIC's exceptions: a locked period takes corrections of one agency again."""
