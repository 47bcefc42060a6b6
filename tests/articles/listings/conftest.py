import pytest


@pytest.fixture
def archive(indexed):
    indexed(
        source="财联社",
        tags=["要闻"],
        securities=[("1.600519", "贵州茅台"), ("0.000858", "五粮液"), ("116.00700", "腾讯控股")],
    )
