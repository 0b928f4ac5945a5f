"""What the engine may hold in memory."""

from contextlib import closing

import pytest

from rootlint.engine.duckdb import DuckDBEngine


@pytest.mark.parametrize(("given", "held"), [("1GB", "953.6 MiB"), ("100MB", "95.3 MiB")])
def test_a_limit_of_memory_is_kept_to(given, held):
    with closing(DuckDBEngine(memory_limit=given)) as engine:
        assert engine.rows("SELECT current_setting('memory_limit')") == [(held,)]


def test_without_a_limit_of_its_own_the_engine_holds_four_gigabytes_at_most():
    with closing(DuckDBEngine()) as engine:
        [(held,)] = engine.rows("SELECT parse_formatted_bytes(current_setting('memory_limit'))")
        assert 0 < held <= 4_000_000_000


def test_what_is_beyond_the_limit_is_spilled_and_nothing_is_lost():
    hashes = "SELECT hash(range) AS h FROM range(10_000_000)"  # eighty megabytes
    with closing(DuckDBEngine(threads=1, memory_limit="60MB")) as engine:
        engine.run(f"CREATE TEMP TABLE spilled AS {hashes}")
        assert engine.rows("SELECT sum(size) > 0 FROM duckdb_temporary_files()") == [(True,)]
        assert engine.rows("SELECT bit_xor(h), count(*) FROM spilled") == engine.rows(
            f"SELECT bit_xor(h), count(*) FROM ({hashes})"
        )
