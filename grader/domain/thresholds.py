"""What a calibration must keep for its scores to be used."""

from typing import Annotated

from pydantic import Field

from grader.domain.base import Value


class Thresholds(Value):
    """The defaults are those of ETS's RSMTool; None: not asked for. Each is judged on its whole interval."""

    qwk: Annotated[float, Field(ge=-1, le=1)] | None = 0.70
    """Lowest quadratic weighted kappa between the judge's totals and the first rater's."""
    degradation: Annotated[float, Field(ge=-2, le=0)] | None = -0.10
    """Lowest QWK of judge and rater less that of two raters."""
    smd: Annotated[float, Field(gt=0)] | None = 0.15
    """Farthest standardized mean difference from 0, either way."""
    responses: Annotated[int, Field(ge=1)] = 100
    """Fewest held-out answers."""
