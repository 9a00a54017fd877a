"""The codes of the field, from the phrases in which plans write them.

Exact phrases first. Only then a careful close match, which callers show as a warning: in
tables taken from a PDF two columns run into each other (“Demonstra|toPrublic”).
"""

from __future__ import annotations

import difflib
import re

from milestones.importing.headings import plain_words

_TYPES = {
    "R": "r|report|reports|document|documents|document report|documents reports|written report|"
    "document report excluding the periodic and final reports",
    "DEM": "dem|d|p|demonstrator|demonstrators|prototype|pilot|demo|"
    "demonstrator pilot prototype|demonstrators pilots prototypes|"
    "demonstrator pilot prototype plan designs|"
    "demonstrators pilots prototypes plan designs",
    "DEC": "dec|pde|website|websites|web site|patent|patents|press|media|videos|"
    "websites patents filling etc|websites patents filing etc|websites patent filing etc|"
    "websites patent fillings videos etc|websites patents filings videos etc|"
    "websites patent filings media videos|websites patents filing press media actions videos etc|"
    "websites patent filing press media actions videos etc|"
    "pde dissemination and or exploitation of project results",
    "DATA": "data|dataset|datasets|data set|data sets|data sets microdata etc|"
    "datasets microdata etc|data sets databases",
    "DMP": "dmp|data management plan|ordp|ordp open research data pilot|open research data pilot",
    "ETHICS": "ethics|ethics requirement|ethics requirements|ethical requirement|"
    "deliverables related to ethics issues",
    "SECURITY": "security|deliverables related to security issues",
    "OTHER": "other|o|others|adm|administrative|adm administrative website completion recruitment "
    "completion etc|software|software technical diagram etc|software technical diagrams etc|"
    "software diagrams algorithms models|model|algorithm",
}
_LEVELS = {
    "PU": "pu|public|public fully open|pu public|pu public fully open|open",
    "SEN": "sen|sensitive|co|confidential|restricted|pp|re|non public|nonpublic|not public|"
    "sen sensitive|sensitive limited under the conditions of the grant agreement|"
    "sen sensitive limited under the conditions of the grant agreement|"
    "confidential only for members of the consortium including the commission services|"
    "confidential only for members of the consortium|"
    "co confidential only for members of the consortium including the commission services|"
    "restricted to other programme participants including the commission services|"
    "restricted to a group specified by the consortium including the commission services",
    "R-UE/EU-R": "r ue eu r|r ue|eu r|eu res|eu restricted|restreint ue|restreint ue eu restricted",
    "C-UE/EU-C": "c ue eu c|c ue|eu c|eu con|eu confidential|confidentiel ue|"
    "confidentiel ue eu confidential",
    "S-UE/EU-S": "s ue eu s|s ue|eu s|eu sec|eu secret|secret ue|secret ue eu secret",
}
_RISK_LEVELS = {
    "L": "l|low|1|minor|unlikely",
    "M": "m|medium|med|moderate|2|middle|possible",
    "H": "h|high|3|major|severe|likely",
}
_YES = frozenset(["yes", "y", "true", "1", "x", "go no go", "gate"])
_NO = frozenset(["", "no", "n", "false", "0"])
# “Demonstra” to “demonstrator” is 0.86, “toPrublic” to “public” exactly 0.8.
_CLOSE = 0.8
# Never read as public what denies it, however close the spelling.
_DENIES = re.compile(r"^(non|not|un|in|semi|partly|partially)")


def _table(phrases: dict[str, str]) -> dict[str, str]:
    return {words: code for code, all_words in phrases.items() for words in all_words.split("|")}


TYPES, LEVELS, RISK_LEVELS = _table(_TYPES), _table(_LEVELS), _table(_RISK_LEVELS)


def read_code(text: str, table: dict[str, str]) -> tuple[str, bool] | None:
    """The code a phrase stands for, and whether it was guessed; None when it is unknown."""
    words = plain_words(text)
    if words in table:
        return table[words], False
    # Codes and short words are too short to be guessed at.
    if len(words) < 5 or _DENIES.match(words):
        return None
    phrases = [phrase for phrase in table if len(phrase) >= 5]
    close = difflib.get_close_matches(words, phrases, n=3, cutoff=_CLOSE)
    meanings = {table[phrase] for phrase in close}
    # A classified level is never a guess.
    guess = table[close[0]] if len(meanings) == 1 else "UE"
    return None if "UE" in guess else (guess, True)


def read_yes(text: str) -> bool | None:
    """Yes or no; None for anything else."""
    words = plain_words(text)
    if words in _YES:
        return True
    return False if words in _NO else None
