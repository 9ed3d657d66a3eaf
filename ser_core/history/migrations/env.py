"""Run by Alembic. The connection comes from `ser_core.history.upgrade`, which holds the lock and the
transaction around everything that happens here."""

from alembic import context

from ser_core.history.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
