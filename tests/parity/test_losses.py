"""Losses and distances as PyTorch has them: values, gradients, texts, states, warnings and errors."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import core

SOURCE = np.random.default_rng(3)
INPUTS = {
    "x": SOURCE.normal(0, 2, (4, 5)),
    "y": SOURCE.normal(0, 2, (4, 5)),
    "z": SOURCE.normal(0, 2, (4, 5)),
    "v": SOURCE.uniform(0.1, 2, (4, 5)),
    "p": SOURCE.uniform(0.05, 0.95, (4, 5)),
    "q": SOURCE.dirichlet(np.ones(5), 4),
    "w": SOURCE.uniform(0.2, 2, 5),
    "i": SOURCE.normal(0, 2, (2, 3, 4, 2)),
    "j": SOURCE.dirichlet(np.ones(3), (2, 4, 2)).transpose(0, 3, 1, 2).copy(),
    "far": np.array([[1e4, -1e4, 100.0], [-100.0, 30.0, -30.0]]),
    "ends": np.array([[0.0, 1.0, 1.0], [1.0, 0.0, 0.5]]),
    "seq": SOURCE.normal(0, 1, (7, 3, 5)),
}
NUMBERS = {
    "c": np.array([0, 4, 2, 2]),
    "d": np.array([[[0, 1], [2, 0], [1, 1], [0, 2]], [[2, 2], [0, 0], [1, 2], [1, 0]]]),
    "s": np.array([[1.0, -1, 1, 1, -1]] * 4),
    "t": np.array([1.0, -1, -1, 1]),
    "m": np.array([[3, 0, -1, 2, 4], [-1, 0, 1, 2, 3], [0, 1, 2, 3, 4], [2, -1, -1, -1, -1]]),
    "b": np.array([[1.0, 0, 1, 1, 0]] * 4),
    "l": np.array([[1, 2, 2], [3, 1, 4], [4, 0, 0]]),
}

LINES = """
F.l1_loss(x, y)
F.l1_loss(x, y, reduction='none')
F.l1_loss(x, y, reduction='sum')
F.l1_loss(x, y, weight=v)
F.mse_loss(x, y)
F.mse_loss(x, y, reduction='none')
F.mse_loss(x, y, reduction='sum')
F.mse_loss(x, y, weight=v)
F.mse_loss(x, y, weight=v, reduction='sum')
F.smooth_l1_loss(x, y)
F.smooth_l1_loss(x, y, reduction='none', beta=0.5)
F.smooth_l1_loss(x, y, beta=0.0)
F.huber_loss(x, y)
F.huber_loss(x, y, delta=0.3, reduction='none')
F.huber_loss(x, y, delta=2.0, weight=v)
F.huber_loss(x, y, weight=v, reduction='sum')
F.cross_entropy(x, c)
F.cross_entropy(x, c, reduction='none')
F.cross_entropy(x, c, reduction='sum')
F.cross_entropy(x, c, w)
F.cross_entropy(x, c, w, reduction='none')
F.cross_entropy(x, c, ignore_index=2)
F.cross_entropy(x, c, w, ignore_index=2, label_smoothing=0.3)
F.cross_entropy(x, c, label_smoothing=0.2)
F.cross_entropy(x, c, label_smoothing=0.2, reduction='none')
F.cross_entropy(x, c, w, label_smoothing=0.2, reduction='sum')
F.cross_entropy(x, q)
F.cross_entropy(x, q, w)
F.cross_entropy(x, q, w, label_smoothing=0.1, reduction='sum')
F.cross_entropy(x, q, reduction='none')
F.cross_entropy(x[0], c[0])
F.cross_entropy(x[0], q[0])
F.cross_entropy(x[0], c[0], label_smoothing=0.1)
F.cross_entropy(x[0], c[0], w, label_smoothing=0.1)
F.cross_entropy(x[0], c[0], w, label_smoothing=0.1, reduction='none')
F.cross_entropy(i, d)
F.cross_entropy(i, d, reduction='none', ignore_index=1)
F.cross_entropy(i, d, w[:3], label_smoothing=0.1)
F.cross_entropy(i, j)
F.cross_entropy(i, j, w[:3], reduction='none')
F.cross_entropy(i[..., 0], d[..., 0])
F.cross_entropy(i[..., None], d[..., None])
F.cross_entropy(far, c[:2] // 2)
F.nll_loss(x, c)
F.nll_loss(x, c, w, reduction='sum')
F.nll_loss(x, c, w)
F.nll_loss(x[0], c[0])
F.nll_loss(i, d, w[:3])
F.nll_loss(i, d, reduction='none')
F.binary_cross_entropy(p, v / 2)
F.binary_cross_entropy(p, v / 2, w, reduction='sum')
F.binary_cross_entropy(p, b, v.detach(), reduction='none')
F.binary_cross_entropy(ends, ends.detach().flip(0))
F.binary_cross_entropy_with_logits(x, p)
F.binary_cross_entropy_with_logits(x, p, w)
F.binary_cross_entropy_with_logits(x, p, v.detach(), pos_weight=w, reduction='none')
F.binary_cross_entropy_with_logits(x, p, reduction='sum')
F.binary_cross_entropy_with_logits(far, ends)
F.binary_cross_entropy_with_logits(far, ends, pos_weight=w[:3])
F.kl_div(x, q)
F.kl_div(x, q, reduction='batchmean')
F.kl_div(x, q, reduction='none')
F.kl_div(x, b.detach(), reduction='sum')
F.kl_div(x, y, log_target=True, reduction='none')
F.kl_div(x, y, log_target=True, reduction='batchmean')
F.poisson_nll_loss(x, v)
F.poisson_nll_loss(x, v * 3, full=True, reduction='sum')
F.poisson_nll_loss(v, p, log_input=False, reduction='none')
F.gaussian_nll_loss(x, y, v)
F.gaussian_nll_loss(x, y, v[:, 0], full=True)
F.gaussian_nll_loss(x, y, v[:, :1], reduction='none')
F.gaussian_nll_loss(x, y, 0.5, reduction='sum')
F.gaussian_nll_loss(x, y, v, eps=0.8)
F.soft_margin_loss(x, s)
F.soft_margin_loss(x, s, reduction='none')
F.soft_margin_loss(far / 150, ends.detach())
F.margin_ranking_loss(x, y, s)
F.margin_ranking_loss(x, y, s, margin=0.5, reduction='none')
F.hinge_embedding_loss(v, s)
F.hinge_embedding_loss(v, s, margin=0.5, reduction='none')
F.hinge_embedding_loss(v, b)
F.cosine_embedding_loss(x, y, t)
F.cosine_embedding_loss(x, y, t, margin=0.2, reduction='none')
F.cosine_embedding_loss(x[0], y[0], t[1])
F.multi_margin_loss(x, c)
F.multi_margin_loss(x, c, p=2, margin=0.5, weight=w, reduction='none')
F.multi_margin_loss(x[0], c[1])
F.multi_margin_loss(x, c, weight=w)
F.multilabel_margin_loss(x, m)
F.multilabel_margin_loss(x, m, reduction='none')
F.multilabel_margin_loss(x[0], m[0], reduction='sum')
F.multilabel_soft_margin_loss(x, b)
F.multilabel_soft_margin_loss(x, b, w, reduction='none')
F.triplet_margin_loss(x, y, z)
F.triplet_margin_loss(x, y, z, swap=True, reduction='none')
F.triplet_margin_loss(x, y, z, p=1, margin=0.3)
F.triplet_margin_with_distance_loss(x, y, z)
F.triplet_margin_with_distance_loss(x, y, z, distance_function=F.cosine_similarity, swap=True)
F.pairwise_distance(x, y)
F.pairwise_distance(x, y, p=1, keepdim=True)
F.pairwise_distance(x, y[0], p=3)
F.pairwise_distance(x, x)
F.cosine_similarity(x, y)
F.cosine_similarity(x, y, 0)
F.cosine_similarity(x, y[:1], -1)
F.cosine_similarity(x * 0, y)
F.pdist(x)
F.pdist(x, 1)
F.pdist(x, 3.5)
F.pdist(x, float('inf'))
F.ctc_loss(seq.log_softmax(2), l, (7, 6, 7), (3, 2, 1))
F.ctc_loss(seq.log_softmax(2), l, (7, 6, 4), (3, 2, 0), reduction='none')
F.ctc_loss(seq.log_softmax(2), l, (7, 2, 7), (3, 3, 1), zero_infinity=True, reduction='sum')
F.ctc_loss(seq.log_softmax(2), l.flatten()[:6] - 1, c[:3] + 3, c[:3] - c[:3] + 2, blank=4)
F.ctc_loss(seq[:, 0].log_softmax(1), l[0], (7,), (3,))
nn.CrossEntropyLoss(w, label_smoothing=0.1)(x, c)
nn.NLLLoss(w, ignore_index=2)(x, c)
nn.MSELoss(reduction='sum')(x, y)
nn.L1Loss()(x, y)
nn.SmoothL1Loss(beta=0.4)(x, y)
nn.HuberLoss('sum', 0.4)(x, y)
nn.BCELoss(w)(p, b)
nn.BCEWithLogitsLoss(w, pos_weight=w)(x, b)
nn.SoftMarginLoss()(x, s)
nn.KLDivLoss(reduction='batchmean', log_target=True)(x, y)
nn.PoissonNLLLoss(False, True)(v, p)
nn.GaussianNLLLoss(full=True)(x, y, v)
nn.MarginRankingLoss(0.2)(x, y, s)
nn.HingeEmbeddingLoss(0.5)(v, s)
nn.CosineEmbeddingLoss(0.1)(x, y, t)
nn.MultiMarginLoss(2, 0.5, w)(x, c)
nn.MultiLabelMarginLoss()(x, m)
nn.MultiLabelSoftMarginLoss(w)(x, b)
nn.TripletMarginLoss(0.5, 1, swap=True)(x, y, z)
nn.TripletMarginWithDistanceLoss(swap=True)(x, y, z)
nn.CTCLoss(zero_infinity=True)(seq.log_softmax(2), l, (7, 6, 7), (3, 2, 1))
nn.CosineSimilarity(0)(x, y)
nn.PairwiseDistance(3.0, keepdim=True)(x, y)
""".strip().splitlines()


def run(library: Any, line: str, kind: str) -> list[np.ndarray[Any, Any] | None]:
    leaves = {name: library.tensor(each.astype(kind), requires_grad=True) for name, each in INPUTS.items()}
    fixed = {
        name: library.tensor(each if each.dtype.kind == "i" else each.astype(kind)) for name, each in NUMBERS.items()
    }
    leaves["w"] = leaves["w"].detach()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        out = eval(line, {"F": library.nn.functional, "nn": library.nn, **leaves, **fixed})
    share = np.linspace(0.5, 1.5, out.numel()).reshape(out.shape).astype(kind)
    out.backward(library.tensor(share))
    return [out.detach().numpy(), *(None if each.grad is None else each.grad.numpy() for each in leaves.values())]


@pytest.mark.parametrize("kind", ["float64", "float32"])
@pytest.mark.parametrize("line", LINES)
def test_values_and_gradients(torch: Any, line: str, kind: str) -> None:
    tolerance = 1e-8 if kind == "float64" else 2e-5
    for mine, theirs in zip(run(core, line, kind), run(torch, line, kind), strict=True):
        if mine is None or theirs is None:
            assert mine is theirs
            continue
        assert mine.shape == theirs.shape
        assert mine.dtype == theirs.dtype
        np.testing.assert_allclose(mine, theirs, rtol=tolerance, atol=tolerance)


TEXTS = """
CrossEntropyLoss(w) · CrossEntropyLoss() · NLLLoss(w) · MSELoss() · L1Loss() · SmoothL1Loss() · HuberLoss() ·
BCELoss() · BCELoss(w) · BCEWithLogitsLoss(w, pos_weight=w) · SoftMarginLoss() · KLDivLoss() · PoissonNLLLoss() ·
GaussianNLLLoss() · MarginRankingLoss() · HingeEmbeddingLoss() · CosineEmbeddingLoss() · MultiMarginLoss(weight=w) ·
MultiLabelMarginLoss() · MultiLabelSoftMarginLoss(w) · TripletMarginLoss() · TripletMarginWithDistanceLoss() ·
CTCLoss() · CosineSimilarity() · PairwiseDistance()
""".replace("\n", " ").split("·")


@pytest.mark.parametrize("line", [each.strip() for each in TEXTS])
def test_texts_and_states(torch: Any, line: str) -> None:
    mine, theirs = (
        eval(f"nn.{line}", {"nn": library.nn, "w": library.tensor([1.0, 2.0])}) for library in (core, torch)
    )
    assert repr(mine) == repr(theirs)
    assert repr([*mine.state_dict().items()]) == repr([*theirs.state_dict().items()])


ERRORS = """
F.mse_loss(x, x, reduction='foo')
F.mse_loss(x.long(), x.long())
F.l1_loss(x.long(), x.long())
F.mse_loss(x, x, weight=x[0])
F.smooth_l1_loss(x, x, beta=-1.0)
F.huber_loss(x, x, delta=0)
F.huber_loss(x.long(), x.long())
F.cross_entropy(x, torch.tensor([0, 5]))
F.cross_entropy(x, torch.tensor([0, -1]))
F.cross_entropy(x, torch.tensor([0]))
F.cross_entropy(x, torch.tensor([[0, 1]]))
F.cross_entropy(x, torch.tensor([[0, 1], [1, 0]]))
F.cross_entropy(x, torch.tensor([0.0, 1]))
F.cross_entropy(x, torch.tensor([0, 1], dtype=torch.int32))
F.cross_entropy(x.long(), torch.tensor([0, 1]))
F.cross_entropy(x, x.long())
F.cross_entropy(x, x, ignore_index=1)
F.cross_entropy(x, torch.tensor([0, 1]), torch.ones(2))
F.cross_entropy(x, x, torch.ones(2))
F.cross_entropy(x, torch.tensor([0, 1]), torch.ones(3).double())
F.cross_entropy(x, torch.tensor([0, 1]), label_smoothing=1.5)
F.cross_entropy(x[0], torch.tensor([0, 1]))
F.cross_entropy(x[0], torch.tensor(3))
F.cross_entropy(torch.zeros(2, 3, 4), torch.zeros(2, 5).long())
F.cross_entropy(torch.zeros(2, 3, 4, 4), torch.zeros(2, 4, 5).long())
F.cross_entropy(torch.zeros(2, 3, 4, 4), torch.zeros(2, 4).long())
F.cross_entropy(torch.zeros(2, 3, 4, 4), torch.full((2, 4, 4), 3))
F.cross_entropy(torch.tensor(1.0), torch.tensor(0))
F.cross_entropy(x, 3)
F.nll_loss(torch.tensor(1.0), torch.tensor(0))
F.nll_loss(x.long(), torch.tensor([0, 1]))
F.nll_loss(x, torch.tensor([0, 1]), reduction='foo')
F.binary_cross_entropy(x, x[0])
F.binary_cross_entropy(x, x.double())
F.binary_cross_entropy(x + 5, x)
F.binary_cross_entropy(x, x * 9)
F.binary_cross_entropy(x.long(), x.long())
F.binary_cross_entropy_with_logits(x, x[0])
F.binary_cross_entropy_with_logits(x, x.long())
F.binary_cross_entropy_with_logits(x.long(), x.long())
F.kl_div(x, x, reduction='foo')
F.gaussian_nll_loss(x, x, -x - 1)
F.gaussian_nll_loss(x, x, x[0])
F.gaussian_nll_loss(x, x, -1.0)
F.gaussian_nll_loss(x, x, x, reduction='foo')
F.margin_ranking_loss(x[0], x, torch.ones(3))
F.margin_ranking_loss(x[0], x[1], torch.ones(2))
F.cosine_embedding_loss(x, x, torch.ones(2, 3))
F.cosine_embedding_loss(x, x, torch.tensor(1))
F.cosine_embedding_loss(x[0], x[0], torch.ones(1))
F.multi_margin_loss(x, torch.tensor([0, 1]), p=3)
F.multi_margin_loss(x, torch.tensor([0, 1]), weight=torch.ones(2))
F.multi_margin_loss(x, torch.tensor([0, 1]), weight=torch.ones(1, 3))
F.multi_margin_loss(x, torch.tensor([0, 5]))
F.multi_margin_loss(x, torch.tensor([0, 1, 2]))
F.multi_margin_loss(x, torch.tensor([0.0, 1]))
F.multi_margin_loss(x.long(), torch.tensor([0, 1]))
F.multilabel_margin_loss(x, torch.tensor([[0, -1], [1, 2]]))
F.multilabel_margin_loss(x, torch.tensor([[0, 4, -1], [1, 2, -1]]))
F.multilabel_margin_loss(x, x)
F.multilabel_soft_margin_loss(x, x, reduction='foo')
F.triplet_margin_loss(x, x, x, margin=-1)
F.triplet_margin_loss(x, x, x[0])
nn.TripletMarginLoss(margin=0)
nn.TripletMarginWithDistanceLoss(margin=-1)
nn.MultiMarginLoss(p=3)
nn.MultiMarginLoss(weight=torch.ones(2, 2))
F.pairwise_distance(x, x[:, :2])
F.cosine_similarity(x.long(), x.long())
F.cosine_similarity(x, x, dim=3)
F.pdist(x, p=-1)
F.pdist(x[0])
F.pdist(x.long())
F.ctc_loss(torch.zeros(5, 2, 3), torch.ones(2, 2).long(), (6, 5), (2, 2))
F.ctc_loss(torch.zeros(5, 2, 3), torch.ones(2, 2).long(), (5,), (2, 2))
F.ctc_loss(torch.zeros(5, 2, 3), torch.ones(2, 2).long(), (5, 5), (2,))
F.ctc_loss(torch.zeros(5, 2, 3), torch.ones(2, 2).long(), (5, 5), (2, 3))
F.ctc_loss(torch.zeros(5, 2, 3), torch.ones(2, 2).long(), (5, 5), (2, -2))
F.ctc_loss(torch.zeros(5, 2, 3), torch.ones(3).long(), (5, 5), (2, 2))
F.ctc_loss(torch.zeros(5, 2, 3), torch.ones(2, 2).long(), (5, 5), (2, 2), blank=3)
F.ctc_loss(torch.zeros(5, 2, 3).long(), torch.ones(2, 2).long(), torch.tensor([5, 5]), torch.tensor([2, 2]))
""".strip().splitlines()


def outcome(library: Any, line: str) -> tuple[type[BaseException], str]:
    x = library.arange(6.0).reshape(2, 3) / 10 + 0.1
    names = {"torch": library, "nn": library.nn, "F": library.nn.functional, "x": x}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        with pytest.raises(Exception) as caught:  # noqa: PT011 - which one is what is compared
            eval(line, names)
    kind = next(base for base in type(caught.value).__mro__ if base.__module__ == "builtins")
    return kind, str(caught.value)


@pytest.mark.parametrize("line", ERRORS)
def test_errors(torch: Any, line: str) -> None:
    mine, theirs = outcome(core, line), outcome(torch, line)
    assert mine == theirs


WARNINGS = """
F.l1_loss(x, x[0])
F.mse_loss(x, x[0])
F.smooth_l1_loss(x, x[0])
F.huber_loss(x, x[0])
F.l1_loss(x, x, False)
F.l1_loss(x, x, None, False)
F.mse_loss(x, x, True)
F.cross_entropy(x, torch.tensor([0, 1]), None, False)
F.kl_div(x, x)
nn.MSELoss(False)(x, x)
nn.BCELoss(None, True, False)(x, x)
""".strip().splitlines()


@pytest.mark.parametrize("line", WARNINGS)
def test_warnings(torch: Any, line: str) -> None:
    texts, results = [], []
    for library in (core, torch):
        x = library.arange(6.0).reshape(2, 3) / 10 + 0.1
        with pytest.warns(UserWarning, match=".") as caught:
            results.append(eval(line, {"torch": library, "nn": library.nn, "F": library.nn.functional, "x": x}).numpy())
        texts.append([str(each.message) for each in caught])
        assert line.startswith("nn") or caught[0].filename == "<string>" or library is torch
    assert texts[0] == texts[1]
    np.testing.assert_allclose(results[0], results[1], rtol=1e-6)


def test_nothing_to_average(torch: Any) -> None:
    for library in (core, torch):
        empty, classes = library.zeros(0, 3), library.zeros(0).long()
        F = library.nn.functional
        assert np.isnan(F.cross_entropy(empty, classes).item())
        assert np.isnan(F.cross_entropy(library.zeros(2, 3), library.tensor([-100, -100])).item())
        assert F.cross_entropy(library.zeros(2, 3), library.tensor([-100, -100]), reduction="sum").item() == 0
        assert np.isnan(F.mse_loss(empty, empty).item())


def test_halves_do_not_overflow(torch: Any) -> None:
    x = np.array([[60000.0, -60000.0, 5.0], [-30.0, 200.0, 0.25]], np.float16)
    for line in ("F.cross_entropy(x, c)", "F.cross_entropy(x, c, reduction='none')"):
        results = []
        for library in (core, torch):
            logits = library.tensor(x, requires_grad=True)
            out = eval(line, {"F": library.nn.functional, "x": logits, "c": library.tensor([0, 2])})
            out.sum().backward()
            results.append([out.detach().numpy(), logits.grad.numpy()])
        for mine, theirs in zip(*results, strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=2e-3)
