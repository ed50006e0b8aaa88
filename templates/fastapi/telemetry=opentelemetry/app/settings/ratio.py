"""A share of a whole."""

from typing import Annotated

from pydantic import Field

Ratio = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
