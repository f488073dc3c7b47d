"""Run migrations on the connection that `store.schema` gives; one transaction for all of them."""

from alembic import context

from daemon.store.every_table import EVERY_TABLE

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=EVERY_TABLE, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
