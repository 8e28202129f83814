"""Beam search, k-means, principal components, patches, and the functions that pick and place elements."""

import core as torch
from core.nn import functional as F

torch.manual_seed(13)
table, beams, scores = torch.randn(7, 7), torch.zeros(1, 1, dtype=torch.long), torch.zeros(1)
for _ in range(4):
    total = scores[:, None] + F.log_softmax(table[beams[:, -1]], dim=-1)
    scores, places = total.view(-1).topk(3)
    parents = torch.div(places, 7, rounding_mode="floor")
    beams = torch.cat([beams[parents], (places % 7)[:, None]], dim=1)
print(beams, scores)

points = torch.cat([torch.randn(20, 2) * torch.tensor([2.0, 1.0]) + each for each in torch.tensor([[4.0, 3], [-4, 0]])])
centres = points[torch.randperm(40)[:2]]
for _ in range(5):
    nearest = torch.cdist(points, centres).argmin(dim=1)
    sums = torch.zeros(2, 2).index_add(0, nearest, points)
    centres = sums / nearest.bincount(minlength=2).unsqueeze(1)
print(centres, nearest)
centred = points - points.mean(0, keepdim=True)
_, S, V = torch.linalg.svd(centred, full_matrices=False)
values, vectors = torch.linalg.eigh(centred.T @ centred / 39)
print(S, (centred @ V[:1].T).abs()[:3].squeeze(), values, vectors.abs(), torch.cov(points.T))

images = torch.arange(2 * 4 * 6, dtype=torch.float32).reshape(2, 1, 4, 6)
patches = images.unfold(2, 2, 2).unfold(3, 3, 3).permute(0, 2, 3, 1, 4, 5).flatten(3)
print(patches.shape, patches[1, 0], F.unfold(images, (2, 3), stride=(2, 3)).transpose(1, 2)[1, 0])

x = torch.randn(3, 5)
best, where = x.topk(2, dim=1)
print(x.gather(1, where) == best, torch.zeros(3, 5).scatter_(1, where, best), x.argsort(descending=True)[:, 0])
print(
    torch.where(x > 0, x, 0.0), x[x > 1], x[[0, 2]][:, None, ::2].shape, (x > 0).nonzero()[:3], x.masked_fill(x < 0, 9)
)
x[0], x[1:, -1], x[x < -1] = 0, torch.tensor([5.0, 6.0]), -1.0
x[[1, 2], [0, 1]] += 100
x[..., 2] *= 2
print(x, x.max(dim=1), x.cummax(1).indices, x.logsumexp(1), x.std(0), x.norm(p=1, dim=1), x.quantile(0.5))
flat, counts = torch.unique(torch.tensor([3, 1, 1]), return_counts=True)
print(flat, counts, F.one_hot(torch.tensor([1, 0]), 3), torch.triu(torch.full((3, 3), float("-inf")), diagonal=1))
print(torch.einsum("ij,kj->ik", x, x), torch.meshgrid(torch.arange(2), torch.arange(3), indexing="ij")[0], x.roll(1, 1))
