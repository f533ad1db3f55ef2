"""Connection rules: which sources each target gets. One rule a file; names and meaning are NEST's."""

from simcore.rules._base import Pairs, Rule, Stream, pair_keys, positions_of
from simcore.rules.all_to_all import AllToAll
from simcore.rules.distance_bernoulli import DistanceBernoulli
from simcore.rules.distance_table import DistanceTable
from simcore.rules.fixed_indegree import FixedIndegree
from simcore.rules.fixed_outdegree import FixedOutdegree
from simcore.rules.fixed_total_number import FixedTotalNumber
from simcore.rules.one_to_one import OneToOne
from simcore.rules.pairwise_bernoulli import PairwiseBernoulli
from simcore.rules.pairwise_poisson import PairwisePoisson
from simcore.rules.symmetric_pairwise_bernoulli import SymmetricPairwiseBernoulli

__all__ = [
    "AllToAll",
    "DistanceBernoulli",
    "DistanceTable",
    "FixedIndegree",
    "FixedOutdegree",
    "FixedTotalNumber",
    "OneToOne",
    "Pairs",
    "PairwiseBernoulli",
    "PairwisePoisson",
    "Rule",
    "Stream",
    "SymmetricPairwiseBernoulli",
    "pair_keys",
    "positions_of",
]
