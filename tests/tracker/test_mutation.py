"""What a sample of mutants tells about all of them."""

import pytest

from scripts.mutation import wilson


@pytest.mark.parametrize(
    ("hits", "tries", "low", "high"),
    [
        # From the tables: Wilson's interval at 95 %.
        (0, 10, 0.0, 0.2775),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
        (143, 150, 0.9068, 0.9772),
        (0, 0, 0.0, 1.0),
    ],
)
def test_the_interval_is_wilsons(hits: int, tries: int, low: float, high: float) -> None:
    assert wilson(hits, tries) == pytest.approx((low, high), abs=5e-4)
