"""Masked attention by hand, additive attention, positions as waves and as rotations, and PyTorch's own layers."""

import math

import core as torch
from core import nn
from core.nn import functional as F

torch.manual_seed(6)


def masked_softmax(X, lengths):
    flat = X.reshape(-1, X.shape[-1])
    lengths = torch.repeat_interleave(lengths, X.shape[1]) if lengths.dim() == 1 else lengths.reshape(-1)
    mask = torch.arange(flat.size(1), dtype=torch.float32)[None, :] < lengths[:, None]
    flat[~mask] = -1e6
    return F.softmax(flat.reshape(X.shape), dim=-1)


def rotate(x):
    length, width = x.shape[-2:]
    angles = torch.outer(torch.arange(length), 10000 ** (-torch.arange(0, width, 2).float() / width))
    cos, sin = (each.repeat_interleave(2, -1) for each in (angles.cos(), angles.sin()))
    return x * cos + torch.stack((-x[..., 1::2], x[..., ::2]), dim=-1).reshape_as(x) * sin


print(masked_softmax(torch.rand(2, 2, 4), torch.tensor([2, 3])))
print(masked_softmax(torch.rand(2, 2, 4), torch.tensor([[1, 3], [2, 4]])))

queries, keys = torch.randn(2, 3, 8, requires_grad=True), torch.randn(2, 5, 8)
heads = [each.reshape(2, -1, 2, 4).transpose(1, 2) for each in (queries, keys)]
scores = torch.einsum("bhqd,bhkd->bhqk", *heads) / math.sqrt(4)
context = masked_softmax(scores.flatten(0, 1), torch.tensor([5, 4, 3, 2])).unflatten(0, (2, 2)) @ heads[1]
print(context.transpose(1, 2).contiguous().view(2, 3, 8)[0], context.shape)
context.square().sum().backward()
print(queries.grad.norm(dim=-1), rotate(keys)[0, 1])

additive = torch.tanh(nn.Linear(8, 6)(queries).unsqueeze(2) + nn.Linear(8, 6)(keys).unsqueeze(1)).sum(-1)
print(additive.argmax(-1), torch.bmm(additive.softmax(-1), keys).mean(dim=(1, 2)))
waves = torch.zeros((1, 6, 4))
steps = torch.arange(6, dtype=torch.float32).reshape(-1, 1) / torch.pow(10000, torch.arange(0, 4, 2) / 4)
waves[:, :, 0::2], waves[:, :, 1::2] = torch.sin(steps), torch.cos(steps)
print(waves)

layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True)
encoder = nn.TransformerEncoder(layer, num_layers=2)
causal = nn.Transformer.generate_square_subsequent_mask(3)
padding = torch.tensor([[False, False, True], [False, False, False]])
print(encoder(queries, mask=causal)[:, -1], encoder(queries, src_key_padding_mask=padding)[1, 0], causal)
attention = nn.MultiheadAttention(8, 2, batch_first=True)
output, weights = attention(queries, keys, keys, average_attn_weights=False)
print(attention, output[0, 0], weights.shape, weights[1, 1])
