"""Plans that connections make while tables are small, and keep while they grow."""

from instagram_postgres.database import PostgresDatabase
from tests.servers.postgres import Databases

_FIND_LIKE = "SELECT FROM likes WHERE user_id = gen_random_uuid() AND post_id = gen_random_uuid()"


async def test_a_plan_made_on_an_empty_table_uses_its_index(databases: Databases) -> None:
    """Reading all of a table is quick only until it fills, and a prepared plan outlives that."""
    url = await databases.fresh()
    async with PostgresDatabase.open(url) as database:
        await database.execute("VACUUM ANALYZE likes")
        plan = await database.fetch(f"EXPLAIN {_FIND_LIKE}")

    text = "\n".join(row[0] for row in plan)
    assert "Seq Scan" not in text, text
