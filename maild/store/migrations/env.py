"""Run by alembic for every command; the connection comes from maild.store.migrate."""

from alembic import context

from maild.store.schema.whole import compared, made

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=made(),
    compare_type=True,
    compare_server_default=True,
    include_object=compared,
)
with context.begin_transaction():
    context.run_migrations()
