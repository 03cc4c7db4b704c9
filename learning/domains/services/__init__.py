"""The only doors through which a domain's counts, limits, baseline and size change."""

from __future__ import annotations

from learning.domains.services.contracting import Contracted, contract_domain, contract_due
from learning.domains.services.counting import count_all, count_domain
from learning.domains.services.joining import admit, enter_merge
from learning.domains.services.measuring import Refreshed, refresh_baselines, refresh_health
from learning.domains.services.setting import set_limits, version_of

__all__ = [
    "Contracted",
    "Refreshed",
    "admit",
    "contract_domain",
    "contract_due",
    "count_all",
    "count_domain",
    "enter_merge",
    "refresh_baselines",
    "refresh_health",
    "set_limits",
    "version_of",
]
