"""Probability distributions under PyTorch's names: drawing, the logarithm of their density, entropy, divergence.

A seed draws PyTorch's numbers.
"""

from core.distributions.continuous import Exponential, Gamma, Laplace, LogNormal, Normal, Uniform
from core.distributions.discrete import Bernoulli, Categorical, Geometric, OneHotCategorical, Poisson
from core.distributions.distribution import Distribution
from core.distributions.divergence import kl_divergence, register_kl
from core.distributions.joint import Independent, MultivariateNormal
from core.distributions.shares import Beta, Dirichlet

__all__ = [
    "Bernoulli",
    "Beta",
    "Categorical",
    "Dirichlet",
    "Distribution",
    "Exponential",
    "Gamma",
    "Geometric",
    "Independent",
    "Laplace",
    "LogNormal",
    "MultivariateNormal",
    "Normal",
    "OneHotCategorical",
    "Poisson",
    "Uniform",
    "kl_divergence",
    "register_kl",
]
