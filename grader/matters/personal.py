"""What is personal and no sign of the work: looks, private life, means, likeability."""

from grader.matters.shapes import CANDIDATE, START, THE, alone, being, doing, having, matter, own, said_to

_CHECK = r"background (?:checks?|screen(?:s|ings?)?|investigations?)"

PERSONAL = (
    matter(
        "look and voice",
        "Looks, voice and gestures are not in the answer, and stand for protected traits (Title VII, ADA).",
        r"\b(?:appear|look|comes? across|came across)s? (?:\w+ )?(?:on|in) (?:camera|(?:the"
        r"|their) (?:video|photo))\b",
        r"\b(?:in|on) (?:their|his|her) (?:video|photo(?! id)|webcam|recording|headshot)\b"
        r"|\bvideo (?:interview|presence)\b",
        own(
            r"(?:tone of |speaking )?voice|speech|appearance|attire|clothe?s|clothing|dress|grooming"
            r"|hygiene|looks|hair\w*"
            r"|weight|height|tattoos?|piercings?|photo|picture|headshot|video|posture|handshake|demeanor"
            r"|mannerisms|gestures",
            CANDIDATE,
        ),
        alone(r"(?:tidy |neat )?appearance|attire|grooming|hygiene|posture|handshake|demeanor|body language"),
        being(
            r"(?:well|neatly|professionally|properly|appropriately|smartly|suitably"
            r"|badly)[- ]?(?:dressed|groomed)|attractive"
            r"|tidy|neat|presentable|unkempt|sloppy|well-kept|dressed|overweight|the part",
            CANDIDATE,
        ),
        having(r"(?:professional|tidy|neat|pleasant|good) (?:appearance|looks|voice)|tattoos?", CANDIDATE),
        doing(
            r"dress(?:es|ed)? (?:well|professionally|neatly|properly|appropriately)|smiles|fidgets", CANDIDATE
        ),
        said_to(
            r"speaks? (?:clearly|loudly|softly|fluently|confidently)(?! (?:about|of|to))|smile|fidget",
            CANDIDATE,
        ),
        loose=r"body language|eye contact|non-?verbal (?:\w+ )?(?:cues?|signals?|communication|behavior"
        r"|skills)"
        r"|facial expressions?|firm handshake|well-groomed|personal hygiene",
    ),
    matter(
        "social media",
        "Private accounts are not in the answer, and show protected traits (EEOC).",
        rf"\b(?:search(?:es|ing)?|google|googling|look(?:ing)? up) (?:for |on )?{THE}{CANDIDATE}\b",
        own(
            r"social[- ]media(?: \w+)?|(?:facebook|instagram|linkedin|twitter|tiktok)(?: \w+)?"
            r"|online (?:presence|profiles?|posts?|accounts?|activity)",
            CANDIDATE,
        ),
        having(
            r"(?:(?:active|clean|professional|strong) )*(?:social[- ]media|linkedin|online) (?:profile"
            r"|presence|accounts?|following)",
            CANDIDATE,
        ),
        loose=r"linkedin (?:profile|connections|endorsements)|social[- ]media (?:history|screening"
        r"|background)",
    ),
    matter(
        "credit and record",
        "Credit and criminal records are not in the answer, and bear unequally on groups (Title VII, EEOC).",
        rf"{START}the person (?:\w+ ){{0,2}}?(?:pass|clear|fail|undergo|consent|agree)\w* "
        rf"(?:\w+ ){{0,3}}?{_CHECK}",
        own(
            r"credit(?: (?:score|history|report|rating|check|record))?|(?:criminal|arrest"
            r"|police) (?:record|history|background)"
            r"|convictions?|arrests?|debts?|bankruptcy|background (?:check|screen(?:ing)?)|finances",
            CANDIDATE,
        ),
        being(
            r"(?:ever )?(?:arrested|convicted|bankrupt|in debt|jailed)|felons?|ex-?(?:convicts?|offenders?)"
        ),
        having(
            r"(?:(?:good|bad|clean|spotless) )*(?:credit|(?:criminal |police |arrest )records?"
            r"|record with the police|convictions?|debts)|clean background|misdemeanors?",
            CANDIDATE,
        ),
        loose=r"(?:criminal|arrest|police) (?:records?|history|background|convictions?)"
        rf"|{_CHECK}|felon(?:y|ies)|misdemeanors?"
        r"|credit (?:score|history|rating|worthiness)|creditworth\w+",
    ),
    matter(
        "pay history",
        "Past pay is not in the answer, carries old bias forward (EEOC), and many states ban asking for it.",
        r"\bsalary (?:history|expectations?|requirements?)\b|\b(?:pay|wage) history\b",
        own(r"salar(?:y|ies)|wages?|pay|compensation|earnings|income", CANDIDATE),
        loose=r"(?:current|previous|past|prior|last|former) (?:salary|compensation package"
        r"|earnings)(?! (?:cost|budget|expense|line))"
        r"|(?:earned|made|paid) (?:\w+ ){0,3}(?:last|previous|former|current) (?:job|employer|position)",
    ),
    matter(
        "address",
        "Where the candidate lives and how they travel is not in the answer, and stands for race (EEOC).",
        own(
            r"address|zip code|neighborhood|commute|residence|hometown|car|transportation|driver's license",
            CANDIDATE,
        ),
        doing(
            r"(?:lives?|resides?) (?:\w+ )?(?:near|close|within|far|in|local|locally|nearby"
            r"|outside)\b.*?|commutes?|relocates?",
            CANDIDATE,
        ),
        being(r"local resident|willing to (?:commute|relocate|move)", CANDIDATE),
        having(
            r"(?:short|long|easy|reliable|reasonable) (?:commute|transportation|car)|car|driver's license",
            CANDIDATE,
        ),
        loose=r"commuting distance|distance (?:of|from) (?:their|his|her) home",
    ),
    matter(
        "culture fit",
        "Fit and likeability have no anchor in the answer, and let bias in (Uniform Guidelines).",
        r"\bcultur(?:e|al)[- ](?:fit|add|match)\b|\b(?:values?|personality|team|company)[- ]fit\b"
        r"|\blike?ab(?:le|ility)\b",
        r"\bpersonality (?:types?|tests?|traits?|profiles?)\b|\bmyers-?briggs\b|\bmbti\b|\benneagram\b"
        r"|\bbig five\b",
        r"\b(?:intro|extro|extra)vert(?:s|ed|sion)?\b|\bgut feeling\b|\bgood vibes?\b",
        r"\bsomeone (?:you|we|I) would (?:like|enjoy|want) to\b|\bwould fit in\b",
        own(r"personality|charisma|charm|sense of humor|temperament", CANDIDATE),
        alone(r"personality|charisma|charm|likeability|temperament"),
        having(
            r"(?:(?:great|pleasant|winning|good|warm|outgoing) )+personality|charisma|charm|sense of humor",
            CANDIDATE,
        ),
        doing(r"fits? (?:well )?(?:in|into|with) (?:the|our) (?:team|culture|company)(?!')", CANDIDATE),
        remedy="Take it out, or say which conduct in the answer counts and score that.",
    ),
    matter(
        "handwriting",
        "Handwriting is not part of a typed answer, and can reflect a disability (ADA).",
        own(r"handwriting|penmanship", CANDIDATE),
        loose=r"handwriting|penmanship|graphology",
    ),
)
