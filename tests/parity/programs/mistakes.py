"""What people get wrong, and what they are told."""

import core as torch
from core import nn
from core.nn import functional as F


class Forgetful(nn.Module):
    def __init__(self):
        self.linear = nn.Linear(1, 1)


class Unfinished(nn.Module):
    pass


x = torch.ones(2, requires_grad=True)
loss = (x * x).sum()
loss.backward()
integers = torch.arange(3)
MISTAKES = {
    "shapes": lambda: torch.ones(2) + torch.ones(3),
    "product": lambda: torch.ones(2, 3) @ torch.ones(2, 3),
    "linear": lambda: nn.Linear(4, 2)(torch.ones(3, 5)),
    "convolution": lambda: nn.Conv2d(3, 2, 3)(torch.ones(1, 1, 5, 5)),
    "kernel": lambda: nn.Conv2d(1, 2, 3)(torch.ones(1, 1, 2, 2)),
    "normalisation": lambda: nn.BatchNorm2d(3)(torch.ones(2, 3)),
    "recurrent": lambda: nn.LSTM(3, 2)(torch.ones(2, 1, 4)),
    "types": lambda: nn.Linear(2, 2)(torch.ones(2).double()),
    "integers": lambda: integers.mean(),
    "in place": lambda: integers.mul_(1.5),
    "classes": lambda: F.cross_entropy(torch.ones(2, 3), torch.tensor([0, 3])),
    "batches": lambda: F.cross_entropy(torch.ones(2, 3), torch.zeros(3, dtype=torch.long)),
    "view": lambda: torch.ones(2, 3).t().view(6),
    "reshape": lambda: torch.ones(2, 3).reshape(4),
    "index": lambda: torch.ones(2, 3)[0, 3],
    "too many": lambda: torch.ones(2)[0, 0],
    "cat": lambda: torch.cat([torch.ones(2, 1), torch.ones(3, 2)]),
    "stack": lambda: torch.stack([torch.ones(2), torch.ones(3)]),
    "item": lambda: torch.ones(2).item(),
    "truth": lambda: bool(torch.ones(2)),
    "numpy": lambda: x.numpy(),
    "leaf": lambda: x.add_(1),
    "leaf by index": lambda: x.__setitem__(0, 1.0),
    "twice": lambda: loss.backward(),
    "not a number": lambda: (x * 2).backward(),
    "no record": lambda: x.detach().sum().backward(),
    "integers with gradients": lambda: nn.Parameter(integers),
    "no super": Forgetful,
    "no forward": lambda: Unfinished()(1),
    "no such layer": lambda: nn.Linear(1, 1).wieght,
    "state": lambda: nn.Linear(2, 3).load_state_dict({"weight": torch.ones(1), "extra": torch.ones(1)}),
    "nothing to optimise": lambda: torch.optim.SGD([], 0.1),
    "rate": lambda: torch.optim.Adam([x], lr=-1),
    "heads": lambda: nn.MultiheadAttention(5, 2),
    "probability": lambda: nn.Dropout(1.5),
    "loss": lambda: F.binary_cross_entropy(torch.rand(2, 1), torch.rand(2)),
    "dim": lambda: torch.ones(3).softmax(1),
    "expand": lambda: torch.ones(1, 2).expand(3, 3),
    "assign": lambda: torch.ones(2, 2).__setitem__(0, torch.ones(3)),
}
for name, mistake in MISTAKES.items():
    try:
        print(name, mistake())
    except Exception as error:
        print(f"{name}: {type(error).__name__}: {error}")
