"""A small GPT: tied weights, initialisation by name, decay for matrices only, training, and sampling from the best."""

import math

import core as torch
import core.nn as nn
import core.nn.functional as F

torch.manual_seed(7)
VOCABULARY, WIDTH, HEADS, LENGTH = 11, 12, 3, 8


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv, self.proj = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.register_buffer("past", torch.tril(torch.ones(LENGTH, LENGTH)).view(1, 1, LENGTH, LENGTH))

    def forward(self, x, fused):
        B, T, C = x.size()
        q, k, v = (each.view(B, T, HEADS, C // HEADS).transpose(1, 2) for each in self.qkv(x).split(C, dim=2))
        if fused:
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            scores = (q @ k.transpose(-2, -1)) * (1.0 / math.sqrt(k.size(-1)))
            y = scores.masked_fill(self.past[:, :, :T, :T] == 0, float("-inf")).softmax(dim=-1) @ v
        return self.proj(y.transpose(1, 2).contiguous().view(B, T, C))


class GPT(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens, self.places = nn.Embedding(VOCABULARY, WIDTH), nn.Embedding(LENGTH, WIDTH)
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in range(3))
        self.attention = Attention()
        self.mlp = nn.Sequential(nn.Linear(WIDTH, 4 * WIDTH), nn.GELU(approximate="tanh"), nn.Linear(4 * WIDTH, WIDTH))
        self.head = nn.Linear(WIDTH, VOCABULARY, bias=False)
        self.tokens.weight = self.head.weight
        for name, each in self.named_parameters():
            if name.endswith("weight") and each.dim() > 1:
                nn.init.normal_(each, std=0.02 if "proj" not in name else 0.02 / math.sqrt(2))

    def forward(self, x, fused=False):
        h = self.tokens(x) + self.places(torch.arange(x.size(1)))
        h = h + self.attention(self.norms[0](h), fused)
        return self.head(self.norms[2](h + self.mlp(self.norms[1](h))))


model, data = GPT(), torch.randint(VOCABULARY, (60,))
matrices = [each for each in model.parameters() if each.dim() >= 2]
others = [each for each in model.parameters() if each.dim() < 2]
groups = [{"params": matrices, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}]
optimizer = torch.optim.AdamW(groups, lr=1e-2, betas=(0.9, 0.95))
print(model, sum(each.numel() for each in model.parameters()))
for step in range(4):
    starts = torch.randint(len(data) - LENGTH, (4,))
    x, y = (torch.stack([data[i + late : i + late + LENGTH] for i in starts]) for late in (0, 1))
    loss = F.cross_entropy(model(x, fused=bool(step % 2)).view(-1, VOCABULARY), y.view(-1))
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    print(loss.item(), nn.utils.clip_grad_norm_(model.parameters(), 1.0))
    optimizer.step()
model.eval()
with torch.no_grad():
    found = torch.zeros((1, 1), dtype=torch.long)
    for _ in range(10):
        scores = model(found[:, -LENGTH:])[:, -1, :] / 0.8
        best, _ = torch.topk(scores, 5)
        scores[scores < best[:, [-1]]] = -float("inf")
        found = torch.cat((found, torch.multinomial(F.softmax(scores, dim=-1), num_samples=1)), dim=1)
print(found.tolist())
