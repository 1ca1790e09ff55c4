"""Where each format carries an element: what a data manager must fill to mend it."""

from __future__ import annotations

from reperio.resource.quality.cmm import Element

STUDY = "codeBook/stdyDscr"
UNIT = "StudyUnit"

PLACES: dict[str, dict[str, str]] = {
    "ddi_codebook": {
        "title": f"{STUDY}/citation/titlStmt/titl",
        "title_language": f"{STUDY}/citation/titlStmt/titl/@xml:lang (or codeBook/@xml:lang)",
        "pid": f'{STUDY}/citation/titlStmt/IDNo with agency="DOI" (or ARK, Handle, URN)',
        "landing_page": f"{STUDY}/citation/holdings/@URI",
        "publisher": f"{STUDY}/citation/distStmt/distrbtr",
        "abstract": f"{STUDY}/stdyInfo/abstract",
        "abstract_language": f"{STUDY}/stdyInfo/abstract/@xml:lang",
        "creator": f"{STUDY}/citation/rspStmt/AuthEnty",
        "topic": f'{STUDY}/stdyInfo/subject/topcClas with vocab="CESSDA Topic Classification"',
        "keyword": f'{STUDY}/stdyInfo/subject/keyword, best with vocab="ELSST"',
        "time_method": f'{STUDY}/method/dataColl/timeMeth with concept of vocab="DDI Time Method"',
        "country": f"{STUDY}/stdyInfo/sumDscr/nation with its two-letter code in @abbr",
        "universe": f"{STUDY}/stdyInfo/sumDscr/universe",
        "analysis_unit": f'{STUDY}/stdyInfo/sumDscr/anlyUnit with concept of vocab="DDI Analysis Unit"',
        "collection_mode": f'{STUDY}/method/dataColl/collMode with concept of vocab="DDI Mode of Collection"',
        "period": f"{STUDY}/stdyInfo/sumDscr/collDate with @event (start, end or single) and @date",
        "access_terms": f"{STUDY}/dataAccs/useStmt/restrctn",
        "data_language": "codeBook/fileDscr/fileTxt/fileName/@xml:lang",
        "publication_date": f"{STUDY}/citation/distStmt/distDate/@date",
        "funding": f"{STUDY}/citation/prodStmt/fundAg, or grantNo with its @agency",
        "data_kind": f"{STUDY}/stdyInfo/sumDscr/dataKind",
        "sampling": f'{STUDY}/method/dataColl/sampProc with concept of vocab="DDI Sampling Procedure"',
        "access_level": f"{STUDY}/dataAccs/useStmt/conditions: info:eu-repo/semantics/openAccess or restrictedAccess",
        "publication": f"{STUDY}/othrStdyMat/relPubl",
        "name": "codeBook/dataDscr/var/@name", "question": "codeBook/dataDscr/var/qstn/qstnLit",
        "categories": "codeBook/dataDscr/var/catgry (catValu, labl)", "data_type": "codeBook/dataDscr/var/varFormat/@type",
        "asked_of": "codeBook/dataDscr/var/universe", "concept": "codeBook/dataDscr/var/concept",
        "licence": f"{STUDY}/dataAccs/useStmt/conditions, or citation/prodStmt/copyright, with the address of the licence",
        "citation": f"{STUDY}/citation/biblCit", "version": f"{STUDY}/citation/verStmt/version",
        "vocabulary": "@vocab and @vocabURI of keyword, topcClas and concept",
        "format": "codeBook/otherMat/notes (content type), or fileDscr/fileTxt/fileType and fileDscr/@URI",
        "agent_ids": "ExtLink with the ORCID or ROR inside AuthEnty, producer or distrbtr",
    },
    "ddi_lifecycle": {
        "title": f"{UNIT}/Citation/Title/String", "title_language": f"{UNIT}/Citation/Title/String/@xml:lang",
        "pid": f"{UNIT}/Citation/InternationalIdentifier (IdentifierContent, ManagingAgency)",
        "landing_page": f"{UNIT}/Archive/ArchiveSpecific/Item/ExternalURLReference",
        "publisher": f"{UNIT}/Citation/Publisher/PublisherName", "abstract": f"{UNIT}/Abstract/Content",
        "abstract_language": f"{UNIT}/Abstract/Content/@xml:lang", "creator": f"{UNIT}/Citation/Creator/CreatorName",
        "topic": f"{UNIT}/Coverage/TopicalCoverage/Subject with @controlledVocabularyName",
        "keyword": f"{UNIT}/Coverage/TopicalCoverage/Keyword",
        "time_method": f"{UNIT}/DataCollection/Methodology/TimeMethod/TypeOfTimeMethod",
        "country": f"{UNIT}/Coverage/SpatialCoverage/CountryCode", "universe": f"{UNIT}/UniverseReference to a Universe",
        "analysis_unit": f"{UNIT}/AnalysisUnit",
        "collection_mode": f"{UNIT}/DataCollection/CollectionEvent/ModeOfCollection/TypeOfModeOfCollection",
        "period": f"{UNIT}/DataCollection/CollectionEvent/DataCollectionDate (StartDate, EndDate)",
        "access_terms": f"{UNIT}/Archive/ArchiveSpecific/DefaultAccess/AccessConditions",
        "data_language": f"{UNIT}/Citation/Language", "publication_date": f"{UNIT}/Citation/PublicationDate/SimpleDate",
        "funding": f"{UNIT}/FundingInformation (AgencyOrganizationReference, GrantNumber)",
        "data_kind": f"{UNIT}/KindOfData",
        "sampling": f"{UNIT}/DataCollection/Methodology/SamplingProcedure/TypeOfSamplingProcedure",
        "access_level": f"{UNIT}/Archive/ArchiveSpecific/DefaultAccess/TypeOfAccess",
        "publication": f"{UNIT}/OtherMaterial of TypeOfMaterial publication",
        "name": "Variable/VariableName", "question": "QuestionItem/QuestionText/LiteralText",
        "categories": "CodeList of the variable's CodeRepresentation", "data_type": "Variable/VariableRepresentation",
        "asked_of": "Variable/UniverseReference", "concept": "Variable/ConceptReference",
        "licence": f"{UNIT}/Archive/ArchiveSpecific/DefaultAccess/AccessConditions with the address of the licence",
        "vocabulary": "@controlledVocabularyName and @controlledVocabularyID of Subject, Keyword and the types",
        "agent_ids": "OrganizationIdentification and IndividualIdentification with ResearcherID or URL",
    },
    "datacite": {
        "title": "titles/title", "title_language": "titles/title/@xml:lang (JSON: titles[].lang)", "pid": "identifier of identifierType DOI",
        "landing_page": "the URL registered with the DOI (JSON: url)", "publisher": "publisher",
        "abstract": "descriptions/description of descriptionType Abstract",
        "abstract_language": "descriptions/description/@xml:lang", "creator": "creators/creator/creatorName",
        "topic": "subjects/subject with subjectScheme and valueURI", "keyword": "subjects/subject",
        "time_method": "descriptions/description of descriptionType Methods", "country": "geoLocations/geoLocation/geoLocationPlace",
        "period": "dates/date of dateType Collected or Coverage, as start/end", "access_terms": "rightsList/rights",
        "data_language": "language", "publication_date": "publicationYear, or dates/date of dateType Issued",
        "funding": "fundingReferences/fundingReference", "data_kind": "resourceType (free text beside resourceTypeGeneral)",
        "access_level": "rightsList/rights with rightsURI info:eu-repo/semantics/openAccess or restrictedAccess",
        "publication": "relatedIdentifiers/relatedIdentifier of relationType IsCitedBy, IsSupplementTo or IsDocumentedBy",
        "licence": "rightsList/rights with rightsURI and rightsIdentifier (SPDX)", "version": "version",
        "vocabulary": "subjects/subject/@subjectScheme and @valueURI", "format": "formats/format, and contentUrl in JSON",
        "agent_ids": "creators/creator/nameIdentifier (ORCID, ROR)",
    },
    "schema_org": {
        "title": "name", "title_language": 'name as {"@value": …, "@language": …}, or inLanguage', "pid": "identifier (a DOI)",
        "landing_page": "url", "publisher": "publisher", "abstract": "description",
        "abstract_language": 'description as {"@value": …, "@language": …}', "creator": "creator",
        "topic": "about, or keywords as DefinedTerm with inDefinedTermSet", "keyword": "keywords",
        "time_method": "measurementTechnique", "country": "spatialCoverage", "period": "temporalCoverage, as start/end",
        "access_terms": "conditionsOfAccess or usageInfo", "data_language": "inLanguage", "publication_date": "datePublished",
        "funding": "funder or funding", "access_level": "isAccessibleForFree or conditionsOfAccess", "publication": "citation or subjectOf",
        "licence": "license", "citation": "creditText", "version": "version", "vocabulary": "DefinedTerm in keywords or about",
        "format": "distribution/encodingFormat", "agent_ids": "@id or sameAs of creator (ORCID, ROR)",
        "name": "variableMeasured/name", "question": "variableMeasured/description", "data_type": "variableMeasured/measurementTechnique",
    },
    "dcat": {
        "title": "dct:title", "title_language": "language tag of dct:title", "pid": "dct:identifier or adms:identifier",
        "landing_page": "dcat:landingPage", "publisher": "dct:publisher", "abstract": "dct:description",
        "abstract_language": "language tag of dct:description", "creator": "dct:creator", "topic": "dcat:theme", "keyword": "dcat:keyword",
        "country": "dct:spatial", "period": "dct:temporal (dcat:startDate, dcat:endDate)", "access_terms": "dct:rights or dct:accessRights",
        "data_language": "dct:language", "publication_date": "dct:issued", "access_level": "dct:accessRights", "data_kind": "dct:type",
        "publication": "dct:isReferencedBy", "licence": "dct:license of the distribution", "version": "dcat:version",
        "format": "dcat:mediaType of the distribution", "vocabulary": "dcat:theme with a term of the EU vocabulary",
    },
    "dataverse": {
        "title": "citation block: title", "pid": "persistent identifier of the dataset", "landing_page": "persistentUrl",
        "publisher": "publisher of the dataset", "abstract": "citation block: dsDescription", "creator": "citation block: author",
        "topic": "citation block: topicClassification", "keyword": "citation block: keyword",
        "time_method": "social science block: timeMethod", "country": "geospatial block: geographicCoverage/country",
        "universe": "social science block: universe", "analysis_unit": "social science block: unitOfAnalysis",
        "collection_mode": "social science block: collectionMode", "period": "citation block: dateOfCollection or timePeriodCovered",
        "access_terms": "terms: termsOfAccess, restrictions, conditions", "data_language": "citation block: language",
        "publication_date": "publicationDate of the version", "funding": "citation block: grantNumber",
        "data_kind": "citation block: kindOfData", "sampling": "social science block: samplingProcedure",
        "publication": "citation block: publication", "licence": "license of the version", "format": "files with contentType",
        "vocabulary": "keywordVocabulary and topicClassVocab with their URIs", "agent_ids": "authorIdentifierScheme and authorIdentifier",
    },
    "ckan": {
        "title": "title", "landing_page": "url", "publisher": "organization", "abstract": "notes", "creator": "author", "keyword": "tags",
        "topic": "groups", "country": "extras: spatial or geographic_coverage", "period": "extras: temporal_coverage-from and -to",
        "access_terms": "extras: access_constraints", "licence": "license_id", "publication_date": "extras: date_released",
        "format": "resources[].format", "pid": "extras: doi or identifier", "data_language": "extras: language",
    },
    "hdruk": {
        "title": "summary.title", "pid": "summary.doiName", "abstract": "summary.abstract", "publisher": "summary.publisher.name",
        "keyword": "summary.keywords", "country": "coverage.spatial", "period": "provenance.temporal.startDate and endDate",
        "access_terms": "accessibility.access.accessRights", "data_language": "accessibility.formatAndStandards.language",
        "licence": "accessibility.usage.dataUseLimitation", "publication_date": "provenance.temporal.distributionReleaseDate",
        "universe": "coverage.typicalAgeRange and summary.populationSize",
        "format": "accessibility.formatAndStandards.format", "vocabulary": "accessibility.formatAndStandards.vocabularyEncodingScheme",
    },
    "frictionless": {
        "title": "title", "pid": "id (a DOI)", "landing_page": "homepage", "publisher": "contributors of role publisher",
        "abstract": "description", "creator": "contributors of role author", "keyword": "keywords", "licence": "licenses",
        "version": "version", "publication_date": "created", "format": "resources[].mediatype", "name": "schema.fields[].name",
        "data_type": "schema.fields[].type", "categories": "schema.fields[].constraints.enum or categories",
    },
    "redcap": {
        "name": "Variable / Field Name", "question": "Field Label", "categories": "Choices, Calculations, OR Slider Labels",
        "data_type": "Field Type", "title": "the option `study.title` of the declaration",
        "abstract": "the option `study.abstract` of the declaration",
        "landing_page": "the option `study.url` of the declaration",
    },
}  # fmt: skip
"""Places by reader and element."""
LIKE = {"colectica": "ddi_lifecycle", "harmony": "schema_org"}
COLUMNS = frozenset({"dictionary", "spreadsheet", "ukllc", "adruk", "mental_health_catalogue"})
BY_DECLARATION = {
    "title_language": "state `language` in the declaration of the source",
    "abstract_language": "state `language` in the declaration of the source",
    "landing_page": "state `item_url` in the declaration of the source",
}
"""What one line in the declaration mends where the format itself has no place."""


def place_of(element: str, reader: str) -> str | None:
    """Where a format carries an element; None when it has no place for it that we read."""
    return PLACES.get(LIKE.get(reader, reader), {}).get(element)


def mend(element: Element, reader: str) -> str:
    """What to do about a missing element, in a sentence."""
    return mend_named(element.name, element.label, reader)


def mend_named(name: str, label: str, reader: str) -> str:
    """What to do about something missing, in a sentence."""
    if place := place_of(name, reader):
        return f"Fill {place}."
    if name in BY_DECLARATION:
        return f"{BY_DECLARATION[name].capitalize()}."
    if reader in COLUMNS:
        return f"Add a column for {label.lower()} and name it in the declaration of the source."
    return f"{label}: {reader or 'this format'} has no place for it that is read; give a richer format (DDI, DataCite)."
