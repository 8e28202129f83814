"""A variational autoencoder, a diffusion model, and a policy that learns from rewards: drawing in the middle of it."""

import core as torch
from core import nn
from core.nn import functional as F

torch.manual_seed(9)


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.encode, self.mean, self.log_var = nn.Linear(20, 8), nn.Linear(8, 3), nn.Linear(8, 3)
        self.decode = nn.Sequential(nn.Linear(3, 8), nn.SiLU(), nn.Linear(8, 20), nn.Sigmoid())

    def forward(self, x):
        h = F.elu(self.encode(x.view(-1, 20)))
        mean, log_var = self.mean(h), self.log_var(h)
        return self.decode(mean + torch.exp(0.5 * log_var) * torch.randn_like(mean)), mean, log_var


vae, images = VAE(), torch.rand(6, 1, 4, 5)
optimizer = torch.optim.NAdam(vae.parameters(), lr=1e-2)
for _ in range(3):
    drawn, mean, log_var = vae(images)
    loss = F.binary_cross_entropy(drawn, images.view(-1, 20), reduction="sum")
    loss += -0.5 * torch.sum(1 + log_var - mean.pow(2) - log_var.exp())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(f"{loss}")

steps, net = 10, nn.Sequential(nn.Linear(3, 16), nn.Mish(), nn.Linear(16, 2))
betas = torch.linspace(1e-4, 0.2, steps)
kept = torch.cumprod(1 - betas, dim=0)
optimizer = torch.optim.Adam(net.parameters(), 1e-2, amsgrad=True)
for _ in range(3):
    x, t, noise = torch.randn(16, 2) * 0.5 + 1, torch.randint(0, steps, (16,)).long(), torch.randn(16, 2)
    part = kept.gather(-1, t).reshape(-1, 1)
    guess = net(torch.cat([part.sqrt() * x + (1 - part).sqrt() * noise, t[:, None] / steps], dim=1))
    loss = F.smooth_l1_loss(guess, noise)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(loss.item())
with torch.no_grad():
    x = torch.randn(3, 2)
    for i in reversed(range(steps)):
        guess = net(torch.cat([x, torch.full((3, 1), i / steps)], dim=1))
        x = (x - betas[i] / (1 - kept[i]).sqrt() * guess) / (1 - betas[i]).sqrt()
        if i > 0:
            x += betas[i].sqrt() * torch.randn_like(x)
print(x, F.pad(kept[:-1], (1, 0), value=1.0)[:3])

policy = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 3))
optimizer = torch.optim.Adagrad(policy.parameters(), lr=0.05)
for _ in range(3):
    state, logs, rewards = torch.zeros(2), [], []
    for _ in range(5):
        chances = F.softmax(policy(state), dim=-1)
        action = torch.multinomial(chances, 1).item()
        logs.append(torch.log(chances[action]))
        rewards.append(float(action == 1) - 0.1 * float(state.norm()))
        state = state * 0.5 + torch.tensor([action - 1.0, 0.1])
    returns = torch.tensor(rewards).flip(0).cumsum(0).flip(0)
    returns = (returns - returns.mean()) / (returns.std() + 1e-8)
    loss = torch.stack([-log * each for log, each in zip(logs, returns, strict=True)]).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(loss, returns)
