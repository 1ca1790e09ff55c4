"""Words of method in sentences, by the term of the vocabulary they name. Texts are folded: no case, no accents."""

from __future__ import annotations

import re

_SAMPLE = r"(?:sampl\w+|steekproef\w*|stichprobe\w*|auswahl\w*|echantillon\w*|urval\w*|otanta|utvalg\w*)"

_SAMPLING = (
    ("Nonprobability.Quota",
     rf"quota[- ]{_SAMPLE}|quotas? (?:were|was) set|(?:using|based on) quotas?|quotenauswahl|quotenstichprobe|par quotas?|"
     rf"kvoturval"),
    ("Nonprobability.RespondentAssisted",
     r"snow-?ball\w*|respondent[- ]driven|sneeuwbal\w*|schneeball\w*|boule de neige"),
    ("Nonprobability.Availability",
     rf"convenience {_SAMPLE}|(?:availability|opportunity|volunteer|self-selected) {_SAMPLE}|"
     rf"gelegenheids\w+|gelegenheitsstich\w+"),
    ("Nonprobability.Purposive",
     rf"(?:purposive|purposeful)(?:ly)?(?: {_SAMPLE}| select\w+)|gerichte steekproef\w*|"
     rf"theoretical sampling"),
    ("Probability.Multistage",
     rf"(?:multi|two|three|four|2|3|4)[- ]?stage[sd]?[- ](?:\w+[- ]){{0,4}}?{_SAMPLE}|(?:mehr|zwei|"
     rf"drei)stufige\w*[ ,](?:\w+ ){{0,4}}?(?:zufalls)?{_SAMPLE}|(?:twee|meer)traps\w*"),
    ("Probability.Stratified",
     rf"stratified (?:\w+ ){{0,3}}?{_SAMPLE}|stratified by|geschichtete (?:\w+ )?(?:zufalls)?{_SAMPLE}|"
     rf"gestratificeerde? (?:\w+ )?{_SAMPLE}|stratifi(?:ed random|erat(?:s|es)?|erades)"),
    ("Probability.Cluster", rf"cluster[- ]?(?:random(?:ly)? )?{_SAMPLE}|klumpen{_SAMPLE}|clustersteekproef"),
    ("Probability.SystematicRandom", rf"systematic (?:random )?{_SAMPLE}"),
    ("Probability.SimpleRandom", rf"simple random {_SAMPLE}|einfache zufalls{_SAMPLE}"),
    ("Probability",
     rf"(?<!non-)(?<!non)(?<!non )probability {_SAMPLE}|"
     rf"(?<!non-)(?<!quasi-)random(?:ly)? (?:\w+ ){{0,2}}?(?:sampl\w+|selected|drawn)|zufallsauswahl|"
     rf"zufallsstichprobe|aselecte (?:\w+ )?steekproef\w*|slumpmassigt urval|(?<!non )aleatoire"),
    ("TotalUniverseCompleteEnumeration",
     r"no sampling|total universe|complete enumeration|vollerhebung|(?:gehele|volledige) populatie"),
)  # fmt: skip
_MODES = (
    ("Interview.FaceToFace.CAPIorCAMI", r"\bcapi\b|\bcami\b|computer[- ]assisted personal interview\w*"),
    ("Interview.FaceToFace.PAPI", r"\bpapi\b"),
    ("Interview.Telephone.CATI", r"\bcati\b|computer[- ]assisted telephone interview\w*"),
    ("SelfAdministeredQuestionnaire.CAWI",
     r"\bcawi\b|(?:online|web|web-based|internet)[- ](?:survey|questionnaire|enquete|vragenlijst|"
     r"befragung|fragebogen)\w*|onlinebefragung|computer[- ]assisted web interview\w*"),
    ("SelfAdministeredQuestionnaire.CASI", r"\ba?-?casi\b|computer[- ]assisted self[- ]interview\w*"),
    ("SelfAdministeredQuestionnaire.Paper",
     r"(?:postal|mail|mailed|paper)[- ](?:survey|questionnaire|self-completion)\w*|"
     r"postalische befragung|schriftelijke (?:post)?enquete|postenquete"),
    ("SelfAdministeredQuestionnaire",
     r"self[- ](?:completion|completed|administered) (?:\w+ )?questionnaires?|"
     r"schriftliche\w* (?:zusatz)?befragung|schriftelijke (?:enquete|vragenlijst)"),
    ("Interview.FaceToFace",
     r"face[- ]to[- ]face(?! focus)[- ](?:\w+ )?interview\w*|(?:personal|in-person) interviews?|"
     r"mundliche\w* befragung|personliche\w* (?:mundliche\w* )?(?:interview|befragung)\w*|"
     r"mondelinge? (?:interview|enquete)s?|entretiens? (?:en )?face[- ]a[- ]face"),
    ("Interview.Telephone",
     r"(?:tele)?phone (?:interview|survey)\w*|telefonische\w* (?:interview|befragung|enquete)\w*|"
     r"telefoninterview\w*|(?:entretien|enquete)s? telephoniques?"),
    ("FocusGroup", r"focus[- ]?groups?\b|focusgroep\w*|gruppendiskussion\w*"),
    ("Observation.Field.Participant",
     r"participant observations?|participerende observatie|teilnehmende beobachtung"),
    ("SelfAdministeredWritingsAndDiaries", r"\bdiary\b|\bdiaries\b|dagboek\w*"),
    ("AutomatedDataExtraction.WebScraping", r"(?:web[- ]?)?scrap(?:ing|ed)\b"),
    ("Interview",
     r"(?:structured|in-depth|qualitative|narrative|half gestructureerde|recall) interviews?|"
     r"diepte-?interviews?"),
)  # fmt: skip
_TIMES = (
    ("Longitudinal.TrendRepeatedCrossSection",
     r"(?:repeated|repeat|serial) cross[- ]section\w*|wiederholter? querschnitt\w*|"
     r"herhaalde dwarsdoorsnede\w*"),
    ("Longitudinal.Panel",
     r"panel (?:study|survey|studie|onderzoek)|panelstudie|panelonderzoek|longitudinal panel"),
    ("Longitudinal.CohortEventBased", r"cohort stud(?:y|ies)|cohortstudie|cohortonderzoek|kohortenstudie"),
    ("Longitudinal", r"longitudinal\w*|longitudinaal|langsschnitt\w*|pitkittais\w*"),
    ("CrossSection",
     r"(?<!repeated )(?<!repeat )(?<!serial )cross[- ]section\w*|"
     r"(?<!wiederholte )(?<!wiederholter )querschnitt\w*|poikkileikkaus\w*|"
     r"(?<!herhaalde )dwarsdoorsnede\w*|transversale?s?"),
    ("TimeSeries", r"time[- ]series|zeitreihe\w*|tijdreeks\w*"),
)  # fmt: skip
_PEOPLE = (
    r"man|men|woman|women|adults?|child(?:ren)?|pupils?|students?|patients?|participants?|respondents?|persons?|people"
    r"|teachers?|employees?|mothers?|adolescents?|citizens?|voters?|workers?|residents?|users?|officials?|interviewees?"
    r"|individuals?(?=$|[.;(]| (?:who|in|from|with|aged|living|residing|registered|respondents?|participants?))"
    r"|subjects?|investors?|clerks?|members?|leads?|leaders?|managers?|professionals?|researchers?|scientists?"
    r"|parents?|fathers?|infants?|newborns?|bab(?:y|ies)|youths?|twins?|siblings?|couples?(?= members?)|migrants?|refugees?|politicians?"
    r"|physicians?|doctors?|nurses?|soldiers?|veterans?|prisoners?|farmers?|consumers?|entrepreneurs?|candidates?|experts?"
    r"|graduates?|inhabitants?|drivers?|players?|athletes?|donors?|clients?|victims?|offenders?|believers?|personen|persoon"
    r"|leerlingen|kinderen|jongeren|volwassenen|inwoners|burgers|studenten|respondenten|patienten|individuen"
)
_ONE_OF = (
    r"^(?:the basic unit of analysis is (?:at )?)?(?:an? |the |all |each |single )?"
    r"(?:(?!of |from |in |per |by |between |and |or |with |for |on |within |at |group|team|network|pair)[\w+'-]+ ){0,3}?"
)
_UNITS = (
    ("Individual",
     rf"{_ONE_OF}(?:{_PEOPLE})(?=$|[ ,.;(])(?! (?:and )?(?:\w+ )?(?:evaluations?|records?|data|networks?|level characteristics)\b)"
     rf"(?! (?:groups?|teams?|organi[sz]ations?|networks?|pairs?|dyads?|councils?|unions?|states?|stor(?:y|ies)|career|behaviou?rs?"
     rf"|trials?|outcomes?|satisfaction|organi[sz]ation|associations?)\b)"),
    ("OrganizationOrInstitution",
     r"^(?:an? |the |academic |individual )?(?:[\w-]+ ){0,2}(?:schools?|compan(?:y|ies)|hospitals?|universit(?:y|ies)|firms?|"
     r"organi[sz]ations?|institutions?|institutes?|departments?|facult(?:y|ies)|business(?:es)?|enterprises?|associations?|"
     r"ministries|ngos?|unions?|banks?|churches|museums?|librar(?:y|ies)|bedrijven|scholen|organisaties|instellingen)$"),
    ("Household", r"^(?:an? |the |private |all )?(?:households?|huishoudens?|haushalte?)$"),
    ("Family", r"^(?:an? |the |all )?(?:famil(?:y|ies)|gezin(?:nen)?|familien?)$"),
    ("HousingUnit", r"^(?:an? |the )?(?:dwellings?|houses?|homes|housing units?|woning(?:en)?|wohnung(?:en)?)$"),
    ("MediaUnit.Text", r"^(?:an? |the )?(?:(?:news(?:paper)?|online|journal) )?(?:texts?|articles?|documents?|newspapers?|books?|letters?)$"),
    ("MediaUnit.Video", r"^(?:an? |the )?(?:videos?|films?)$"),
    ("MediaUnit.StillImage", r"^(?:an? |the )?(?:photo(?:graph)?s?|images?|paintings?|pictures?)$"),
    ("EventOrProcessOrActivity", r"^(?:an? |the )?(?:events?|activit(?:y|ies)|process(?:es)?|incidents?|decisions?|trips?|meetings?)$"),
    ("Group", r"^(?:an? |the )?(?:groups?|dyads?|pairs?|couples?|teams?|classes|classrooms?)$"),
    ("Object", r"^(?:an? |the )?(?:objects?|artefacts?|artifacts?)$"),
)  # fmt: skip

WORDS: dict[str, tuple[tuple[str, re.Pattern[str]], ...]] = {
    vocabulary: tuple((code, re.compile(pattern)) for code, pattern in patterns)
    for vocabulary, patterns in (
        ("SamplingProcedure", _SAMPLING), ("ModeOfCollection", _MODES), ("TimeMethod", _TIMES), ("AnalysisUnit", _UNITS),
    )
}  # fmt: skip
"""Patterns of each vocabulary, narrow terms first."""
