"""What stands elsewhere than in the written answer: career, references, the interview, what others say."""

from grader.matters.shapes import (
    CANDIDATE,
    START,
    THE,
    WRITER,
    alone,
    being,
    doing,
    having,
    matter,
    own,
    said_to,
)

_WORKER = r"(?:managers?|supervisors?|employers?|boss(?:es)?|colleagues?|co-?workers?)"
_FORMER = r"(?:former|past|previous|prior|last|ex)[- ]"
_YEARS = (
    r"(?:(?:\d+\+?|one|two|three|four|five|six|seven|eight|nine|ten|fifteen|twenty|several|many|enough)"
    r"(?: or more)? )"
)
_JOBS = r"(?:jobs?|employers?|positions?|roles?|compan(?:y|ies))"
_OFF_HOURS = r"(?:weekends?|saturdays?|sundays?|nights|evenings|overtime|holidays|(?:any|all) shifts?)"
_TEST = (
    r"(?:(?:written|online|timed|skills?|hiring) )*"
    r"(?:test|assessments?|exams?|answers?|submissions?|assignments?|exercises?|essays?|questionnaires?)"
)
_IN_TIME = (
    r"(?:on time|in time|late|early|punctually"
    r"|(?:before|after|past|by|ahead of) (?:the |its )?(?:deadline|due date|cut-?off))"
)
_HAND_IN = r"(?:submit(?:s|ted)?|(?:hand|turn)(?:s|ed)?(?: in)?|complete[sd]?|finish(?:es|ed)?|takes?|took)"

ELSEWHERE = (
    matter(
        "job history",
        "How long jobs were held is not in the answer, and gaps often stand for health or family (EEOC).",
        r"\bjob[- ]?hop\w*|\b(?:employment|career|work[- ]history|r[eé]sum[eé]|cv) gaps?\b",
        r"\bgaps? (?:in|between) (?:(?:the|their|his|her) )?(?:employment|work history|career"
        r"|r[eé]sum[eé]|cv|jobs)\b",
        r"\b(?:stable|steady|unbroken|continuous) (?:\w+ )?(?:employment|work|career|job) (?:history"
        r"|record)\b",
        r"\bnumber of (?:\w+ )?(?:employers|jobs held|past jobs)\b|\bfrequent (?:job changes"
        r"|changes of (?:job|employer)s?)\b",
        r"\bturnover (?:of|in|among) (?:past |previous )?(?:employers|jobs)\b",
        r"\b(?:frequent|rapid|constant|repeated) (?:moves|switch(?:es|ing)) (?:between|among|of)"
        r" (?:employers|jobs|companies)\b",
        own(
            r"(?:job |employment )?(?:tenure|stability|turnover)|job changes|work history"
            r"|employment (?:history|record)",
            CANDIDATE,
        ),
        alone(r"(?:job|employment) (?:tenure|stability)|work history|employment history"),
        being(r"unemployed|out of work|between jobs|(?:ever )?(?:fired|laid off)", CANDIDATE),
        loose=r"(?:stay|remain)(?:s|ed|ing)? (?:(?:[\w-]+ ){0,6}(?:years?|months?|long|longer) )?"
        r"(?:at|in|with) (?:each|every|any|one|the same|their|his|her|past|previous|prior|former|last)"
        rf" (?:\w+ )?{_JOBS}"
        r"|from (?:one )?(?:job|employer|company) to (?:the next|another|job|employer|company)"
        rf"|(?:average|typical) (?:time|stay|length of stay) (?:\w+ ){{0,3}}?{_JOBS}"
        r"|(?:had|held|holds?|has|have|worked for) (?:\w+ ){1,4}?(?:jobs|employers)"
        r" (?:in|over|within|during) (?:\w+ ){0,5}?(?:years?|months|decade|time)"
        r"|had (?:too )?(?:many|several|few|multiple) (?:jobs|employers)|short[- ](?:term|lived) jobs"
        r"|(?:rapid|frequent) job turnover|loyal(?:ty)? to (?:\w+ ){0,2}?employers?(?!')"
        r"|(?:chang|switch)(?:e|es|ed"
        r"|ing) (?:jobs|employers)"
        r"|(?:left|leaves|quits?|leaving) (?:\w+ ){0,2}(?:jobs?|employers?) (?:after|within|in under|too)"
        r"|(?:short|brief) (?:job |work |employment )?(?:stints?|tenures?)"
        r"|(?:held|holds) (?:\w+ ){1,3}jobs|reasons? for leaving (?:\w+ ){0,2}(?:jobs?|employers?"
        r"|positions?)",
    ),
    matter(
        "references",
        "References and reputation are not in the answer and cannot be checked in it (Uniform Guidelines).",
        r"\bback[- ]?channel(?:ed|s)? (?:feedback|references?|checks?|information|reports?|calls?)",
        r"\breference (?:checks?|calls?|letters?)\b|\bletters? of (?:reference|recommendation)\b",
        rf"\b(?:vouch\w* for|heard (?:good|bad) things about) (?:the {CANDIDATE}|them|him|her)\b",
        rf"\b{_FORMER}{_WORKER} (?:\w+ )?(?:speaks?|spoke|recommends?|praises?|vouch(?:es)?|confirms?"
        rf"|would (?:re)?hire"
        r"|says? (?:that )?(?:the candidate|they|he|she))\b",
        rf"\b(?:recommended|praised|liked|respected|regarded) (?:\w+ )?by {_FORMER}{_WORKER}",
        own(
            r"(?:\w+ )?references?(?! (?:guide|number|card|sheet|material|to ))|reputation|referees?",
            CANDIDATE,
        ),
        being(r"(?:eligible for|fit for) rehire|well[- ]known in the (?:field|industry)", CANDIDATE),
        having(
            r"(?:(?:good|bad|excellent|positive|negative|poor|strong) )*(?:references|reputation)",
            CANDIDATE,
        ),
        loose=r"(?:negative|positive|bad|poor|good|excellent|strong|glowing|weak|professional|character"
        r"|employer|employment)"
        r" references(?! (?:to|in|for)\b)|references (?:say|report|confirm|describe|speak|praise|indicate)",
    ),
    matter(
        "punctuality",
        "Punctuality and free hours are not in the answer, and stand for health or faith (ADA, Title VII).",
        r"\b(?:late|on time|early|punctual\w*|lateness|tardy|tardiness|punctuality) (?:to|for|at"
        r"|in) (?:\w+ ){0,2}?interview",
        r"\b(?:arriv|com|show|turn|appear|log)\w* (?:\w+ )?(?:to|for|at|in"
        r"|into) (?:\w+ ){0,2}?interview (?:\w+ )?"
        r"(?:on time|late|early|punctual\w*)",
        rf"(?:{START}|\b(?:when|if|whether) )(?:(?:is|was|were|are) )?{THE}(?:{CANDIDATE}'s )?{_TEST}"
        rf"(?: (?:is|was|were|are|has been))? (?:\w+ly )?(?:{_HAND_IN}|came in) (?:\w+ )?{_IN_TIME}\b",
        rf"\b{CANDIDATE} (?:is|was|were|has been) (?:\w+ ){{0,2}}?late(?=[.,;?!]|$| for| by)",
        rf"\b(?:late|early|timely|on-time) (?:submission|hand-?in|arrival) of {THE}(?:{CANDIDATE}|{_TEST})\b",
        rf"\b{CANDIDATE}'s {_TEST} (?:is|was|were|came(?: in)?) (?:\w+ )?{_IN_TIME}\b",
        rf"\b{WRITER} (?:can|is (?:able|willing) to) work (?:\w+ )?{_OFF_HOURS}\b",
        rf"\b{CANDIDATE} (?:can|will|is (?:able|willing) to) (?:work|stay) (?:late|long hours|extra hours)\b",
        r"\b(?:miss|reschedul)(?:ed|es|s)? (?:the|their|his|her|an) (?:\w+ )?interview\b",
        own(
            r"punctuality|lateness|tardiness|attendance(?: record)?|time-?keeping"
            r"|availability(?: for \w+)?|absen(?:ce|teeism)",
            CANDIDATE,
        ),
        alone(
            r"punctuality|tardiness|availability for (?:\w+ )?(?:shifts|overtime|weekends)"
            r"|(?:weekend|evening|weekend and evening|open) availability"
        ),
        being(
            r"punctual|tardy|(?:always |usually )on time|(?:often|habitually|usually|chronically) late"
            r"|available (?:(?:for|on|at|to work) )?(?:\w+ ){0,2}?(?:shifts?|weekends?|overtime|nights?"
            r"|evenings?|holidays?|saturdays?|sundays?|24/7)"
            rf"|(?:open|free|happy|ready|willing) to (?:work(?:ing)? )?(?:on )?{_OFF_HOURS}"
            r"|flexible (?:about|with|on) (?:shifts|hours)",
            CANDIDATE,
        ),
        having(
            r"(?:open|full|flexible|weekend|evening) availability|(?:good|perfect|poor) attendance", CANDIDATE
        ),
        doing(
            r"(?:comes?|came) (?:\w+ )?(?:on time|late|punctually)"
            r"|(?:arriv(?:es?|ed)|show(?:s|ed)? up|log(?:s|ged)? (?:in|on)) (?:\w+ ){0,2}?"
            r"(?:on time|late|early|punctually)"
            rf"|{_HAND_IN} (?:(?:the|an?|each|their|his|her) )?{_TEST} (?:in )?(?:\w+ ){{0,2}}?{_IN_TIME}"
            rf"|{_HAND_IN} (?:their|his|her) (?:work|response|application) (?:\w+ )?{_IN_TIME}"
            rf"|works? (?:\w+ )?{_OFF_HOURS}",
            CANDIDATE,
        ),
        said_to(
            rf"(?:be )?scheduled (?:for|on) {_OFF_HOURS}"
            r"|turn(?:s|ed)? up (?:\w+ ){0,2}?(?:on time|late|early)",
            CANDIDATE,
        ),
        loose=r"shows? punctuality|arrives? on time (?:to|for) work"
        r"|objections? to (?:weekend|evening|night|shift) work"
        r"|(?<!too )(?:late|on time|early) (?:to|for) (?:(?:the|their|his|her) )?(?:\w+ )?"
        r"(?:test|exam|assessment)",
    ),
    matter(
        "resume",
        "The resume is not the answer: its look and content are not tied to this task (Uniform Guidelines).",
        r"\br[eé]sumé|\bcurriculum vitae\b",
        rf"\b(?:the|their|his|her|an?|{CANDIDATE}'s?|messy|tidy|untidy|neat|sloppy|polished|clean|strong"
        rf"|weak|impressive)"
        r" (?:resumes?|cvs?)\b",
        r"\bresume (?:is|has|shows?|lists?|states?|says|looks?|contains|mentions|layout|content|format)\b",
        own(r"resume|cv|cover letter|job application|linkedin profile", CANDIDATE),
        alone(r"resume|cv"),
    ),
    matter(
        "years of experience",
        "Years of experience as such do not show the work, and stand for age (Uniform Guidelines, ADEA).",
        r"\blength of (?:\w+ )?(?:experience|service|employment)\b(?! of)",
        rf"\bhow (?:long|many years) (?:has |have )?{THE}(?:{CANDIDATE}|they|he|she) (?:has "
        rf"|have )?(?:worked|been|managed)",
        own(r"seniority|years (?:on the job|in (?:the )?\w+)|length of \w+", CANDIDATE),
        doing(rf"(?:worked|managed|been|supervised|spent|led) (?:\w+ ){{0,7}}?{_YEARS}years?", CANDIDATE),
        loose=rf"{_YEARS}?years?'?(?: of)? (?:\w+ ){{0,4}}?experience|long (?:work )?experience"
        rf"|{_YEARS}years (?:as an? (?:\w+ )*?manager|in (?:the )?(?:field|industry|profession|role"
        rf"|health ?care))",
        remedy="Take it out; score what the answer shows that experience has taught.",
    ),
    matter(
        "not in the text",
        "It is not in the written answer, so that nobody can check it (Uniform Guidelines).",
        rf"{START}(?:as )?we (?:all )?know\b|\bwe (?:already )?know (?:that )?(?:the {CANDIDATE}|from)\b",
        r"\b(?:in|during|at) (?:the|their|his|her) (?:\w+ )?(?:interview|phone screen|screening|call),? "
        rf"(?:{THE}{CANDIDATE} |they |he |she )?(?:seem|appear|came across|gave the impression)",
        rf"\b{CANDIDATE} (?:\w+ ){{0,6}}?(?:seem|appear|sound|c[ao]mes? across)\w* (?:\w+ ){{0,4}}"
        r"(?:in (?:the |their |his |her )?interview|in person|on the phone|face to face)\b",
        r"\baccording to (?:(?:the|our|a|their) )?(?:recruiter|hiring manager|interviewer"
        r"|interview notes|references?)s?\b",
        r"\b(?:recruiter|interviewer|hiring manager)s? (?:feel|felt|think|thought|like|noted|report"
        r"|recommend|believe)[sd]?\b",
        rf"\b(?:known|reported|said|rumou?red) about {THE}{CANDIDATE}\b",
        rf"\b(?:first|our|my|your|the interviewer's|overall) impression of {THE}{CANDIDATE}\b",
        rf"\b{CANDIDATE} (?:is|was|are) (?:already |well )?(?:known|reputed|rumou?red|said) (?:to|as"
        rf"|for)\b",
        rf"{START}is (?:known|reputed) to\b",
        remedy="Take it out, or say which words in the answer show it.",
    ),
)
