"""The Compass Alliance for Progressive MS: seven societies and their two programmes."""

from typing import Any

from networks.models import Programme

ALLIANCE = "Compass Alliance for Progressive MS"

# short | name | country | domain
SOCIETIES = """
HARBOUR | Harbour MS Trust | GB | harbourms.example
PONTE | Fondazione Ponte Sclerosi Multipla | IT | fondazioneponte.example
BOREAL | Boreal MS Society | CA | borealms.example
CREST | Pacific Crest MS Fund | US | crestms.example
SOUTHERN | Southern Lights MS Foundation | AU | southernlightsms.example
TSUBAKI | Tsubaki MS Association | JP | tsubakims.example
IPÊ | Associação Ipê de Esclerose Múltipla | BR | ipe-em.example
"""

CHALLENGE = "challenge-awards"
NETWORKS = "collaborative-networks"

PROGRAMMES: dict[str, dict[str, Any]] = {
    CHALLENGE: {
        "name": "Compass Challenge Awards",
        "kind": Programme.Kind.CHALLENGE,
        "reporting_every_months": 12,
        "report_due_days": 30,
    },
    NETWORKS: {
        "name": "Compass Collaborative Network Awards",
        "kind": Programme.Kind.NETWORK,
        "reporting_every_months": 6,
        "report_due_days": 60,
    },
}

# e-mail or local part | name | society (for funders) or home organisation | role | programmes
# The demo's own accounts come first; the others make the committee and the funders whole.
# The manager looks after the challenge awards like an officer, as the team is small.
WHERE = {"both": (CHALLENGE, NETWORKS), "challenges": (CHALLENGE,), "networks": (NETWORKS,)}
ROLES = """
manager@demo.example | Eleanor Whitcombe | HARBOUR | manager | both
officer@demo.example | Tomás Quintela | HARBOUR | officer | both
chair@demo.example | Ingrid Solvang | NORDFJELL | chair | both
reviewer@demo.example | Rafael Benhamou | LACMONT | reviewer | both
manager@demo.example | Eleanor Whitcombe | HARBOUR | officer | challenges
funder@demo.example | Chiara Montalvi | PONTE | funder | both
 | Aisha Rahmani | HARBOUR | officer | networks
 | Gordon Pellow | EASTMERE | reviewer | both
 | Mireille Castagnet | LACMONT | reviewer | networks
 | Henry Ashdown-Clarke | HARBOUR | funder | both
 | Danielle Fortier | BOREAL | funder | both
 | Marcus Ellery | CREST | funder | both
 | Joanne Tilbrook | SOUTHERN | funder | both
 | Haruka Minegishi | TSUBAKI | funder | networks
 | Beatriz Falcão | IPÊ | funder | networks
"""
