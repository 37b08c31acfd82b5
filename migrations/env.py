"""Alembic's entry: runs one service's branch on the connection it is given."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["metadata"],
    compare_type=True,
    include_schemas=False,
)
with context.begin_transaction():
    context.run_migrations()
