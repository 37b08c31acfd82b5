"""Alembic's entry: runs one service's branch on the connection it is given."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
)
with context.begin_transaction():
    context.run_migrations()
