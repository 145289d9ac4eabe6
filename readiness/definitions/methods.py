"""The methods of a framework: one small model each, told apart by `method:`.

The defaults are those of the headline index. Those that work on one indicator at a time stand
in `columns`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from readiness.definitions.base import Model, Share, fault
from readiness.definitions.columns import (
    Imputation,
    MinMax,
    NoImputation,
    Normalisation,
    NoTreatment,
    Ties,
    Treatment,
)


class Given(Model):
    """The weights written in the tree, 1 where none is."""

    method: Literal["given"] = "given"


class Equal(Model):
    """Every child of a node weighs the same, whatever the tree says."""

    method: Literal["equal"]


class Pca(Model):
    """The squared loadings of the first principal component."""

    method: Literal["pca"]


class Entropy(Model):
    """What differs more between countries weighs more: one less Shannon's entropy."""

    method: Literal["entropy"]


class Critic(Model):
    """What differs more between countries and repeats the others less weighs more."""

    method: Literal["critic"]


class _Bounds(Model):
    """The least and the greatest share one child may have."""

    lower: Share = 0.0
    upper: Share = 1.0

    @model_validator(mode="after")
    def _order(self) -> _Bounds:
        if self.lower > self.upper:
            raise fault(f"'lower' ({self.lower:g}) is above 'upper' ({self.upper:g})", at=("lower",))
        return self


class Balanced(_Bounds):
    """Each child's correlation with the node is in proportion to its given weight.

    No weight is below `lower` or above `upper`, as shares of their sum.
    """

    method: Literal["balanced"]


class BenefitOfTheDoubt(_Bounds):
    """For each country the weights that show it best beside the others under the same weights.

    No child makes up less than `lower` or more than `upper` of a country's score.
    """

    method: Literal["benefit-of-the-doubt"]


Weighting = Annotated[
    Given | Equal | Pca | Entropy | Critic | Balanced | BenefitOfTheDoubt, Field(discriminator="method")
]


class Arithmetic(Model):
    """Weighted mean: a low child is made up for in full by a high one."""

    method: Literal["arithmetic"] = "arithmetic"


class Geometric(Model):
    """Weighted geometric mean: zero gives zero."""

    method: Literal["geometric"]


class Harmonic(Model):
    """Weighted harmonic mean: the power mean of p = -1."""

    method: Literal["harmonic"]


class Power(Model):
    """Weighted power mean of exponent `p`; p = 0 is the geometric mean."""

    method: Literal["power"]
    p: Annotated[float, Field(ge=-50, le=50)]


class Minimum(Model):
    """The lowest child: nothing is made up for."""

    method: Literal["minimum"]


class Median(Model):
    """The weighted median of the children."""

    method: Literal["median"]


class Copeland(Model):
    """How many countries it beats less how many beat it, over the weighted children.

    `rescale: true` puts it on a scale from 0 (loses to all) to 1 (beats all).
    """

    method: Literal["copeland"]
    rescale: bool = False


Aggregation = Annotated[
    Arithmetic | Geometric | Harmonic | Power | Minimum | Median | Copeland, Field(discriminator="method")
]


class Reweight(Model):
    """The weights of the children that are there are rescaled to sum to one."""

    method: Literal["reweight"] = "reweight"


class Propagate(Model):
    """A node with a missing child is missing."""

    method: Literal["propagate"]


Missing = Annotated[Reweight | Propagate, Field(discriminator="method")]


class Coverage(Model):
    """The least share of figures for a node to have a score and a country a rank."""

    node: Share = 0.5
    index: Share = 0.65


class Ranking(Model):
    """How ties are ranked, and on how many decimals (none: on the full score)."""

    ties: Ties = "min"
    decimals: Annotated[int, Field(ge=0, le=12)] | None = None


class Methods(Model):
    """Every method of a framework, each with the headline index's value as default."""

    imputation: Imputation = NoImputation()
    treatment: Treatment = NoTreatment()
    normalisation: Normalisation = MinMax()
    weighting: Weighting = Given()
    aggregation: Aggregation = Arithmetic()
    missing: Missing = Reweight()
    coverage: Coverage = Coverage()
    ranking: Ranking = Ranking()
