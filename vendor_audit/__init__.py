"""vendor-audit: holds what a video-call vendor declares against what its service really does."""

from __future__ import annotations

__version__ = "0.1.0"
