"""Traits that law protects."""

from grader.matters.shapes import THE, WRITER, alone, being, doing, having, matter, own, said_to

_ILL = (
    r"(?:(?:chronic|serious|medical|health|physical|mental) )*"
    r"(?:disabilit(?:y|ies)(?![- ](?:access|ramp|polic|plan|form|claim|insur|right))|illness(?:es)?|disease"
    r"|impairment|(?:medical|health|physical|mental) (?:condition|problem|issue|limitation|restriction)s?)"
)
_FEW = r"(?:a few|few|fewer|many|more|less|than|only|just|too|much|no|any|\d+|two|three|four|five|\w+ly)"
_SITTER = (
    r"(?:(?:reliable|dependable|stable|steady|good|full-?time|back-?up|affordable) )*"
    r"(?:child[- ]?care|day-?care|baby-?sitters?|nanny)"
)
_LOAD = r"(?:[\d-]+ ?|(?:ten|twenty|thirty|forty|fifty)(?:-\w+)? )(?:pounds?|lbs?|kg)"

PROTECTED = (
    matter(
        "health",
        "Health and fitness for duty are protected (ADA, PDA); nothing about them may be scored.",
        own(
            r"health(?! (?:and safety|plan|insurance|information|policy|care|advice))|(?:medical"
            r"|health) (?:history|record|condition|status)"
            r"|(?:medical )?condition|disabilit(?:y|ies)|pregnancy|sick (?:days|leave)|illness(?:es)?"
            r"|stamina|fitness"
            r"|absences?|medications?|physical abilit(?:y|ies)|energy levels?"
            r"|vaccinations?(?: status| record)?|drug[- ](?:tests?|screen(?:ing)?)(?: results?)?"
        ),
        alone(
            r"health(?: and (?:fitness|stamina|energy))?|pregnancy|stamina|disability|health status"
            r"|high energy|(?:high )?energy levels?|energy and stamina|low absenteeism|attendance record"
            r"|vaccination status|(?:clean |negative )?drug[- ](?:test|screen)(?:ing)?"
        ),
        being(
            r"(?:in )?(?:good|poor|excellent|bad) health|healthy|unhealthy|ill|sick|disabled|pregnant"
            r"|expecting"
            r"|frail|physically \w+|mentally (?:stable|fit|healthy|ill)|able to lift|(?:often"
            r"|frequently|rarely|never|seldom|repeatedly) absent|absent (?:\w+ ){0,3}days?|energetic"
            r"|high[- ]energy|drug[- ](?:free|tested|screened)|(?:willing to be )?(?:vaccinated|immunized)"
            r"|up[- ]to[- ]date (?:on|with) (?:\w+ ){0,3}?(?:vaccin\w+|immuniz\w+|shots)"
        ),
        having(
            rf"{_ILL}|stamina|(?:(?:high|enough|plenty of) )*energy|proof of (?:\S+ )?(?:vaccin|immuniz)ation"
            r"|(?:reasonable )?accommodations?(?! for)|sick (?:days|leave)"
            r"|wheelchair(?! access)|(?:few|no|many|frequent|excessive) absences"
        ),
        said_to(
            r"(?:tak(?:e|es|ing)|took|us(?:e|es|ed)|calls?|called) (?:\w+ )?"
            r"(?:sick leave|sick days|medications?|in sick)(?! (?:into|staff|employee))"
            r"|(?:had|have|has|got|receives?d?|refuse[sd]?) (?:\w+ )?(?:flu|covid\S*) (?:shot|vaccine)s?"
            r"|(?:has|have) (?:\w+ )?required (?:vaccin|immuniz)ations|use[sd]? (?:illegal )?drugs"
            rf"|miss(?:es|ed)? (?:(?:time (?:at|from) )?work(?! that)|(?:{_FEW} )*shifts)"
        ),
        doing(
            r"call(?:s|ed)? (?:in|out|off) (?:sick|ill|(?:of |from )?work)"
            rf"|(?:take[sn]?|took|used?) (?:{_FEW} )+sick days"
            rf"|miss(?:es|ed)? (?:(?:(?:{_FEW}|a|one) )*days? (?:of|at|from) work|(?:{_FEW} )+(?:days|work))"
            r"|(?:stand|sit|walk)s? (?:for (?:long|many|\w+) (?:periods|hours)|for hours|all day)"
            r"|on (?:their|his|her) feet all day"
        ),
        loose=r"(?:physical demands|physical requirements) of (?:the|this) (?:job|role|work|position)"
        rf"|(?:lift|carry|push|pull)(?:s|ing)?,? (?:[\w,-]+ ){{0,5}}?{_LOAD}|lift(?:s|ing)? heavy \w+"
        r"|(?:pass|clear|take|fail)(?:e?s|e?d|ing)? (?:[\w-]+ ){0,2}?drug[- ](?:test|screen)(?:s|ing)?"
        r"|(?:consent|agree)s? to (?:\w+ )?drug[- ](?:test|screen)(?:s|ing)?|been drug[- ](?:tested|screened)"
        r"|pre-?employment (?:drug|physical|medical) \w+"
        r"|fit(?:ness)?[- ]for[- ](?:duty|work)|able-bodied|physical (?:stamina|endurance|fitness)"
        r"|(?:stand|handle|tolerate|bear)s? (?:the )?(?:sight of blood|blood(?=[.,;?!]|$| or| and| in))",
        remedy="Take it out; if a duty is essential, score how the answer says that it would be done.",
    ),
    matter(
        "age",
        "Age is protected (ADEA, from 40), and so is what stands for it; nothing about it may be scored.",
        r"\bdigital natives?\b|\byouthful (?:energy|look|appearance|spirit)\b",
        r"\byoung and (?:energetic|dynamic|hungry|ambitious|fresh|eager|vibrant|enthusiastic|motivated"
        r"|flexible|fit)\b",
        r"\bgraduation (?:year|date)|\byear of graduation|\bgraduated (?:in|before|after|since) (?:\d{4}"
        r"|the)\b",
        r"\btoo (?:old|young) (?:for (?:the|this) (?:job|role|work|position)|to (?:learn|lead|manage"
        r"|adapt))",
        rf"\bhow old (?:is |are )?{THE}{WRITER}\b|\bwhen {THE}{WRITER} (?:was born|graduated)",
        own(
            r"age(?: group)?|dates? of birth|birth ?dates?|birthday|generation(?! of)"
            r"|retirement (?:plans|age)|youth"
        ),
        alone(r"age(?: group)?|youth"),
        being(
            r"young(?:er)?|old(?:er)?|elderly|youthful|middle-aged|aged \d+|(?:over|under) (?:\d\d"
            r"|thirty|forty|fifty|sixty)"
            r"|(?:(?:at least|over|under|about) )?\d\d years old|(?:close to|near|nearing|past) retirement"
            r"|(?:baby )?boomer|millennial"
        ),
        loose=r"for (?:their|his|her|someone (?:of )?(?:their|his|her)) age"
        r"|recent (?:college )?grad(?:uate)?s?",
    ),
    matter(
        "sex and family",
        "Sex, orientation and family status are protected (Title VII, PDA, state law); none may be scored.",
        r"\b(?:plan|want|hope|intend)(?:s|ing)? (?:to (?:have|start|raise|become) |on (?:having|starting) )"
        r"(?:an? )?(?:family|child(?:ren)?|kids|baby|pregnant|parent)\b",
        own(
            r"sex|gender(?: identity| expression)?|sexual orientation|sexuality|(?:marital|family"
            r"|parental) status"
            r"|famil(?:y|ies)(?: (?:plans|situation|duties|obligations))?|spouse|husband|wife|children|kids"
            r"|child ?care(?: \w+)?|pronouns"
        ),
        alone(rf"sex|gender|sexual orientation|(?:marital|family) status|family plans|{_SITTER}"),
        being(
            r"married|unmarried|single(?!-)|divorced|engaged to|male|female|(?:wo)?man|mother|father"
            r"|parent|gay|lesbian"
            r"|bisexual|transgender|heterosexual|feminine|masculine"
        ),
        having(
            r"child(?:ren)?(?!-)|kids|spouse|husband|wife|family (?:duties|obligations|commitments|plans)"
            rf"|{_SITTER}(?: (?:\w+ )?(?:plans?|arrangements?|duties|needs|problems|conflicts?|issues))?"
        ),
        said_to(
            r"(?:plan|arrange|take|took)\w* (?:\w+ ){0,2}(?:maternity|parental|paternity) leave"
            r"(?! (?:cover|into))"
            r"|(?:has|have|with) (?:someone|somebody|family) (?:to|who can) (?:watch|look after|care for)"
            r" (?:the|their|his|her) (?:children|kids|baby)"
        ),
    ),
    matter(
        "origin",
        "Race, color, national origin and citizenship are protected (Title VII, INA); none may be scored.",
        r"\b(?:sounds?|speaks?|writes?) (?:\w+ )?like a native\b",
        own(
            r"race|ethnic(?:ity| background| origin)|(?:skin )?color|complexion|national origin"
            r"|nationality|citizenship"
            r"|accent|native (?:language|tongue)|mother tongue|first language|ancestry|heritage|birthplace"
            r"|country of origin|(?:immigration|visa) status|foreign name"
        ),
        alone(r"race|ethnicity|skin color|national origin|nationality|citizenship|accent"),
        being(
            r"(?:native|non-native) (?:\w+ )?speakers?(?: of \w+)?"
            r"|(?:(?:us|u\.s\.|american) )?citizens?|immigrants?"
            r"|foreign(?:er)?"
            r"|(?:black|white)(?= (?:or|man|woman|person)\b|[.,?]|$)|asian|hispanic|latin[oax]|african"
            r"|american(?:-born)?"
            r"|born in|from (?:abroad|another country)"
        ),
        having(r"(?:(?:strong|thick|heavy|foreign|slight|noticeable) )*accent|green card|visa|foreign name"),
        loose=r"native (?:english |american )?speakers?|(?:free of|without) (?:\w+ ){0,2}accent"
        r"|(?:thick|heavy|foreign|noticeable) accent",
    ),
    matter(
        "religion",
        "Religion is protected (Title VII); nothing about it may be scored.",
        own(r"religion|religious (?:beliefs?|practices?|affiliation|background|dress)|faith|church|creed"),
        alone(r"religion|religious (?:beliefs?|affiliation)|faith"),
        being(
            r"religious|devout|christian|catholic|protestant|muslim|jewish|hindu|buddhist|mormon|atheist"
            r"|of (?:our|the same) faith"
        ),
        having(r"religious (?:beliefs?|obligations|objections)|religion"),
        doing(
            r"(?:goe?s?|attends?|belongs?|prays?|worships?|observes?|practices?|keeps?|wears?"
            r"|works?) (?:\w+ ){0,2}?"
            r"(?:church|mosque|synagogue|temple|sabbath|religio\w+|hijab|headscarf|turban|yarmulke)"
        ),
    ),
    matter(
        "genetics",
        "Genetic information and family medical history are protected (GINA); neither may be scored.",
        own(r"genetic\w*(?: \w+)?|genes|dna|family (?:medical|health) history|hereditary \w+"),
        being(r"genetically \w+"),
        having(r"genetic \w+|family history(?: of .*)?|hereditary \w+|inherited (?:disease|condition)s?"),
        loose=r"genetic(?:ally)? (?:predispos\w+|risks?|make-?up)|runs in (?:their|his|her) family",
    ),
    matter(
        "military service",
        "Military and veteran status are protected (USERRA); nothing about them may be scored.",
        r"\b(?:dis)?honorabl[ey] discharged?\b",
        own(r"(?:military|veteran|discharge) (?:status|service|background|record|obligations)"),
        alone(r"(?:military|veteran) (?:status|service|background)"),
        being(
            r"(?:disabled |army |navy )?veterans?|reservists?"
            r"|in the (?:military|army|navy|reserves?|national guard)"
        ),
        having(r"military (?:\w+ )?(?:background|service|experience|duties|obligations|record)"),
        doing(
            r"serve[sd]? in the (?:us |u\.s\. )?"
            r"(?:military|army|navy|air force|marines|national guard|reserves?)"
        ),
    ),
    matter(
        "union",
        "Union membership and activity are protected (NLRA); nothing about them may be scored.",
        own(r"union (?:membership|activit(?:y|ies)|affiliation|sympath\w+|views)|views on unions"),
        being(
            r"union (?:members?|organizers?|supporters?)|members? of a (?:labor |trade )?union|unionized"
            r"|pro-union|anti-union"
        ),
        doing(
            r"(?:belong|join|support|favor|oppose|organize|reject)(?:s|ed)?(?: to)? (?:(?:an?|the"
            r"|any) )?(?:labor |trade )?unions?"
        ),
        loose=r"union (?:membership|sympath\w+)",
    ),
)
