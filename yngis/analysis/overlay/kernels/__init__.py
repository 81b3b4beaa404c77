"""Compiled kernels (编译内核): edges, cells and areas on flat coordinates."""
