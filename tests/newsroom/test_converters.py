import pytest

from newsroom.converters import SymbolConverter


@pytest.mark.parametrize(
    ("part", "symbol"),
    [("1.600519", "1.600519"), ("090.BK0475", "90.BK0475"), ("105.BRK.B", "105.BRK.B")],
)
def test_a_symbol_is_written_in_one_way(part, symbol):
    assert SymbolConverter().to_python(part) == symbol
