"""A penalty on gradients (WGAN-GP), an inner loop that is differentiated (MAML), Hessians and products with them."""

import math

import core as torch
from core import nn

torch.manual_seed(8)
critic = nn.Sequential(nn.Linear(2, 8), nn.LeakyReLU(0.2), nn.Linear(8, 1))
generator = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8, 0.8), nn.ReLU(True), nn.Linear(8, 2))
for_critic = torch.optim.Adam(critic.parameters(), lr=1e-2, betas=(0.5, 0.9))
for_generator = torch.optim.RMSprop(generator.parameters(), lr=1e-2)
for _ in range(3):
    real, fake = torch.randn(8, 2) + 2, generator(torch.randn(8, 4)).detach()
    between = (fake + torch.rand(8, 1).expand(real.size()) * (real - fake)).requires_grad_(True)
    score = critic(between)
    slope = torch.autograd.grad(
        outputs=score, inputs=between, grad_outputs=torch.ones(score.size()), create_graph=True, only_inputs=True
    )[0]
    penalty = ((slope.view(8, -1).norm(2, dim=1) - 1) ** 2).mean()
    loss = critic(fake).mean() - critic(real).mean() + 10 * penalty
    for_critic.zero_grad()
    loss.backward()
    for_critic.step()
    for_generator.zero_grad()
    (-critic(generator(torch.randn(8, 4))).mean()).backward()
    for_generator.step()
    print(f"{loss.item():.5f} {penalty.item():.5f} {generator[0].weight.grad.norm():.5f}")


def net(x, weights):
    return torch.tanh(x @ weights[0] + weights[1]) @ weights[2]


weights = [torch.randn(1, 6).mul(0.5), torch.zeros(6), torch.randn(6, 1)]
outer = torch.optim.SGD([each.requires_grad_() for each in weights], lr=0.1)
for _ in range(3):
    total = 0.0
    for _ in range(2):
        height, phase, x = torch.rand(1) * 4 + 1, torch.rand(1) * math.pi, torch.rand(10, 1) * 10 - 5
        y, fast = height * torch.sin(x + phase), list(weights)
        for _ in range(2):
            grads = torch.autograd.grad(((net(x[:5], fast) - y[:5]) ** 2).mean(), fast, create_graph=True)
            fast = [each - 0.05 * grad for each, grad in zip(fast, grads, strict=True)]
        total = total + nn.functional.mse_loss(net(x[5:], fast), y[5:])
    outer.zero_grad()
    total.backward()
    outer.step()
    print(total, weights[0].grad.norm().item())

smooth = nn.Sequential(nn.Linear(3, 4), nn.Softplus(), nn.Linear(4, 1))
params = list(smooth.parameters())
grads = torch.autograd.grad(smooth(torch.randn(5, 3)).pow(2).mean(), params, create_graph=True)
along = [torch.randn_like(each) for each in params]
product = torch.autograd.grad(sum((a * b).sum() for a, b in zip(grads, along, strict=True)), params)
print([f"{each.norm():.4f}" for each in product])
print(torch.autograd.functional.hessian(lambda x: (x**3).prod(), torch.tensor([1.0, 2.0])))
print(torch.autograd.functional.jacobian(lambda x: x.exp() * x.sum(), torch.tensor([1.0, 2.0])))
