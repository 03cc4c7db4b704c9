"""Workflows, runs and their nodes for agents: take work, hand it in, and what a person may do."""

from workflows.conductor.api import nodes, runs, workflows

__all__ = ["nodes", "runs", "workflows"]
