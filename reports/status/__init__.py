"""The status report: where every network stands, today or as of any past day."""

from reports.status.figures import (
    Figures,
    GroupStatus,
    ItemFigures,
    NetworkStatus,
    RiskFigures,
    StatusReport,
)
from reports.status.grouping import GROUPINGS
from reports.status.service import NoSuchPage, status_report

__all__ = [
    "GROUPINGS",
    "Figures",
    "GroupStatus",
    "ItemFigures",
    "NetworkStatus",
    "NoSuchPage",
    "RiskFigures",
    "StatusReport",
    "status_report",
]
