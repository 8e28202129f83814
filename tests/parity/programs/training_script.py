"""What a training script does around a step: loaders, accumulation, clipping, schedules, averages, checkpoints."""

import copy
import tempfile
from pathlib import Path

import core as torch
from core import nn
from core.optim import lr_scheduler
from core.utils.data import DataLoader, Dataset, WeightedRandomSampler, random_split

torch.manual_seed(10)


class Points(Dataset):
    def __init__(self, count):
        self.x = torch.randn(count, 4)
        self.y = (self.x.sum(1) > 0).long()

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        return {"x": self.x[index], "y": int(self.y[index])}


def made():
    net = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Tanh(), nn.Linear(8, 2))
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-2, weight_decay=0.1)
    warm = lr_scheduler.LinearLR(optimizer, start_factor=0.1, total_iters=3)
    cool = lr_scheduler.CosineAnnealingLR(optimizer, T_max=6)
    return net, optimizer, lr_scheduler.SequentialLR(optimizer, [warm, cool], milestones=[3])


@torch.no_grad()
def follow(average, net, decay=0.9):
    for mean, param in zip(average.parameters(), net.parameters(), strict=True):
        mean.mul_(decay).add_(param, alpha=1 - decay)


def epoch(net, optimizer, scheduler, loader):
    net.train()
    for number, batch in enumerate(loader):
        loss = nn.functional.cross_entropy(net(batch["x"]), batch["y"]) / 2
        loss.backward()
        if number % 2:
            norm = nn.utils.clip_grad_norm_(net.parameters(), max_norm=0.5)
            optimizer.step()
            optimizer.zero_grad()
            scheduler.step()
            print(f"{loss.item():.5f} {norm:.5f} {scheduler.get_last_lr()[0]:.6f}")


train, valid = random_split(Points(50), [40, 10], generator=torch.Generator().manual_seed(42))
loader = DataLoader(train, batch_size=8, shuffle=True, drop_last=True)
net, optimizer, scheduler = made()
average = copy.deepcopy(net).requires_grad_(False)
for _ in range(2):
    epoch(net, optimizer, scheduler, loader)
    follow(average, net)
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "last.pt"
    torch.save({"net": net.state_dict(), "opt": optimizer.state_dict(), "sched": scheduler.state_dict()}, path)
    found = torch.load(path, map_location="cpu", weights_only=True)
again, optimizer2, scheduler2 = made()
print(again.load_state_dict(found["net"]), optimizer2.load_state_dict(found["opt"]))
scheduler2.load_state_dict(found["sched"])
for each in ((net, optimizer, scheduler), (again, optimizer2, scheduler2)):
    torch.manual_seed(11)
    epoch(*each, loader)
net.eval()
with torch.no_grad():
    right = sum((net(batch["x"]).argmax(dim=1) == batch["y"]).sum().item() for batch in DataLoader(valid, batch_size=4))
print(f"{right}/{len(valid)}", average[3].weight, optimizer2.state[again[3].bias]["step"], optimizer)
print([row["y"] for row in DataLoader(train, 20, sampler=WeightedRandomSampler([0.1, 0.9] * 20, 20))])
plateau = lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.1, patience=0)
for value in (1.0, 0.9, 0.95):
    plateau.step(value)
print(optimizer.param_groups[0]["lr"])
