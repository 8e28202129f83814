"""Module, and hooks on every module."""

from core.nn.global_hooks import register_module_forward_hook as register_module_forward_hook
from core.nn.global_hooks import register_module_forward_pre_hook as register_module_forward_pre_hook
from core.nn.global_hooks import register_module_full_backward_hook as register_module_full_backward_hook
from core.nn.global_hooks import register_module_full_backward_pre_hook as register_module_full_backward_pre_hook
from core.nn.module import Module as Module
