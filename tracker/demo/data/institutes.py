"""Universities, hospitals and companies that do the work; and what a country implies."""

# short | name | country | kind | domain
INSTITUTES = """
VALCHIARA | Università di Valchiara | IT | university | valchiara.example
SANRUFFINO | Istituto Neurologico San Ruffino | IT | healthcare | sanruffino.example
PORTARDEN | University of Port Arden | CA | university | portarden.example
PERLE | Institut neurologique de Sainte-Perle | CA | research | sainteperle.example
REDCREST | Redwood Crest University | US | university | redwoodcrest.example
HALCYON | Halcyon Valley Medical Center | US | healthcare | halcyonvalley.example
AZULADA | Universidade da Serra Azulada | BR | university | serraazulada.example
ARAUCÁRIA | Hospital das Araucárias Altas | BR | healthcare | araucarias.example
PROTEA | Protea Coast University | ZA | university | proteacoast.example
TAFELKLIP | Tafelklip Institute of Human Movement | ZA | research | tafelklip.example
NANDIVALI | Nandivali Institute of Neurosciences | IN | research | nandivali.example
KAVERI | Kaveri Plains Medical College | IN | healthcare | kaveriplains.example
SHIOMI | Shiomigaoka University | JP | university | shiomigaoka.example
AOKIDAI | Aokidai Institute for Brain Imaging | JP | research | aokidai.example
WATTLE | Wattle Point University | AU | university | wattlepoint.example
YARRALINGA | Yarralinga Institute for Medical Research | AU | research | yarralinga.example
EASTMERE | University of Eastmere | GB | university | eastmere.example
HALLOWDALE | Hallowdale Teaching Hospital | GB | healthcare | hallowdale.example
FENNMARK | Fennmark Diagnostics | GB | company | fennmark.example
LUMENSTEP | Lumenstep Wearables | GB | company | lumenstep.example
OAKSTRIDE | Oakstride Sensors | AU | company | oakstride.example
EBERSFELDE | Universitätsklinikum Ebersfelde | DE | healthcare | ebersfelde.example
WATERHOVEN | Universiteit Waterhoven | NL | university | waterhoven.example
RIBALTA | Instituto de Neurociencias Ribalta Alta | ES | research | ribalta.example
ROCHEBELLE | Université de Rochebelle-sur-Orne | FR | university | rochebelle.example
NORDFJELL | Nordfjell universitetssykehus | NO | healthcare | nordfjell.example
LACMONT | Hôpital universitaire du Lac-Mont | CH | healthcare | lacmont.example
"""

# country | time zone | language of the mails
HABITS = """
IT | Europe/Rome | it
GB | Europe/London | en
CA | America/Toronto | en
US | America/Los_Angeles | en
BR | America/Sao_Paulo | en
ZA | Africa/Johannesburg | en
IN | Asia/Kolkata | en
JP | Asia/Tokyo | en
AU | Australia/Melbourne | en
DE | Europe/Berlin | de
NL | Europe/Amsterdam | nl
ES | Europe/Madrid | es
FR | Europe/Paris | fr
NO | Europe/Oslo | en
CH | Europe/Zurich | fr
"""
