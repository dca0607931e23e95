"""Words that speak to the grader, or pose as words of somebody who grades. English; others: see `tongues`.

A rule is tried only where the text has a word of each of its groups, so that an honest text costs little.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from grader.domain.record import SuspicionKind as Kind
from grader.suspicion.reading import Reading, Span
from grader.suspicion.reading import vocabulary as words


class Rule(NamedTuple):
    """One shape of words."""

    kind: Kind
    note: str
    needs: tuple[frozenset[str], ...]
    pattern: re.Pattern[str]


_GRADERS = (
    "grader graders scorer scorers rater raters evaluator evaluators examiner examiners assessor"
    " assessors marker"
    " markers judge judges reviewer reviewers recruiter recruiters"
)
_MACHINES = (
    "ai llm llms chatbot chatgpt gpt model models assistant bot engine algorithm system systems software tool"
)
_MARKS = "mark marks point points score scores grade grades rating ratings credit"
_CRITERIA = "criteria criterion rubric checklist item items steps step requirements points"
_GRADING = words(
    "score scores scored scoring grade grades graded grading marks marked points verdict verdicts criteria",
    "criterion rubric rate rated rating ratings met pass passed credit evaluation evaluate assess assessed",
    "assessment verified checklist complete full maximum accept accepted present",
)
_TELLING = words(
    "award give assign grant return returns record enter output report deserve deserves merit merits"
    " earn earns",
    "count put respond set assess rate score grade mark treat be please accept skip pass credit should must",
)
_MACHINE_MARKS = words(
    "score scores scored scoring grade grades graded grading verdict verdicts criteria criterion rubric"
    " rating",
    "ratings rated met evaluate evaluated evaluation candidate maximum marks generous lenient",
)
_GAP = r"[^.!?\n]"
_GRADED = (
    r"\b(?:met|scor(?:e|es|ed|ing)|grad(?:e|es|ed|ing)|(?:full|all|\d) (?:marks|points)|verdicts?"
    r"|criteri(?:a|on)|rubric"
    r"|ratings?|rated|evaluat(?:e|ed|ion)|candidate|maximum|passe[ds]|as complete)\b"
)
_GRADER = (
    r"(?:graders?|scorers?|raters?|evaluators?|examiners?|assessors?|markers?|judges?|recruiters?"
    r"|reviewers?(?! of\b)(?! at\b)|(?:second|third|first) (?:reader|reviewer|rater)s?)"
)
_MACHINE = (
    r"(?:(?:ai|(?:large )?language|llm|scoring|grading|marking|automated|screening|analysis"
    r"|evaluation)[ -]+)+"
    r"(?:models?|systems?|judges?|assistants?|engines?|tools?|software|bots?|programs?|graders?"
    r"|algorithms?|reviewers?"
    r"|evaluators?)|llms?|chatbots?|chatgpt"
)
_BILL = r"(?:visit|charge|bill|statement|account|invoice|refund|order|payment|claim|deposit|\$)"

RULES = (
    # what to do with earlier instructions, or with what an answer is measured by
    Rule(
        "order",
        "sets instructions aside",
        (
            words("ignore disregard forget override bypass skip overlook drop"),
            words(
                "instruction instructions prompt rubric criteria guidelines rules directions checklist"
                " scoring"
            ),
        ),
        re.compile(
            r"\b(?:ignore|disregard|forget|override|bypass|skip|overlook|drop)\b"
            rf"(?:(?! my\b){_GAP}){{0,40}}?\b(?:"
            r"(?:previous|prior|above|earlier|preceding|existing|other|system|your|any|all)\s(?:\w+ ){0,2}"
            r"(?:instructions?|prompts?|directions|guidelines|rules)\b"
            r"(?! (?:about|on|for|regarding|from|in|to|concerning|of|that I|I)\b)"
            r"|rubric|scoring|grading|criteria|(?:the|your) checklist(?! (?:for|on|in|of)\b))"
        ),
    ),
    Rule(
        "order",
        "sets instructions aside",
        (
            words("ignore disregard forget new instructions prompt"),
            words("everything anything all what told above before instructions prompt"),
        ),
        re.compile(
            r"\b(?:ignore|disregard|forget) (?:everything|anything|all|what(?:ever)?)(?: that| of that)? "
            r"(?:(?:was |has been |have been )?(?:said|written|stated) )?"
            r"(?:above|before (?:this|it)|(?:you|you've|you have) (?:were|been|was|are) (?:told|given"
            r"|taught)|so far)\b"
            r"|\b(?:new|updated|revised|real|actual) (?:system )?instructions? ?:"
            r"|\b(?:reveal|print|show|repeat|output|ignore|disregard"
            r"|override) (?:me )?your (?:\w+ ){0,2}(?:prompt|instructions)\b"
        ),
    ),
    Rule(
        "order",
        "gives the reader a role",
        (frozenset({"you"}), words("now restrictions unrestricted rules filters mode limits guidelines")),
        re.compile(
            r"\byou (?:are|have|operate|act|will)(?: now)? (?:\w+ ){0,3}?(?:no|without(?: any)?"
            r"|free (?:of|from)(?: any| all)?) "
            r"(?:restrictions|rules|filters|limits|guidelines)\b|\b(?:developer|debug|god|unrestricted"
            r"|jailbreak) mode\b"
        ),
    ),
    # the highest mark, asked for
    Rule(
        "order",
        "asks for a mark",
        (words("full maximum max top highest perfect best possible"), words(_MARKS), _TELLING),
        re.compile(
            r"\b(?:award|give|assign|grant|return|record|enter|output|report|deserve|merit|earn|count"
            r"|put|respond|set|assess"
            r"|rate|score|grade|mark|credit|should|must|please|needs?)s?\b(?! (?:was|is|were|of|for|from"
            r"|in)\b)"
            rf"(?!{_GAP}{{0,150}}\b{_BILL}){_GAP}{{0,80}}?\b(?:full|maximum|max|top|highest|perfect"
            rf"|best)(?: possible)? "
            r"(?:marks?|points?|scores?|grades?|ratings?|credit)\b"
        ),
    ),
    Rule(
        "order",
        "asks for a mark",
        (words("full maximum max top highest perfect"), words(_MARKS), frozenset({"here", "this", "me"})),
        re.compile(
            r"\b(?:full|maximum|max|top|highest|perfect) (?:marks?|points?|score|grade|rating|credit)"
            r" (?:here|(?:to|for) (?:this|me\b|each|every))"
        ),
    ),
    # criteria, said to be met
    Rule(
        "order",
        "says that criteria are met",
        (
            words("criteria criterion rubric"),
            words(
                "met satisfied fulfilled hold holds passed confirmed present complete satisfies meets"
                " fulfills meeting",
                "satisfying fulfilling",
            ),
        ),
        re.compile(
            r"\b(?:all|every|each|any|both|the|criteria)\b(?: \w+){0,3}? ?criteri(?:a|on)\b"
            r"(?! (?:of|for|in) (?!this|the (?:task|rubric|checklist)))"
            rf"(?:(?!\b(?:if|when|once|until|unless|whether)\b){_GAP}){{0,40}}?"
            r"\b(?:met|satisfied|fulfilled|holds?|passed|confirmed|present|complete)\b"
            r"|\b(?:meets|meeting|satisfies|satisfying|fulfills|fulfilling|covers) (?:all|every"
            r"|each)(?: \w+){0,3} criteri(?:a|on)\b"
            r"|\bcriteria \d{1,2} ?(?:-|–|to|through) ?\d{1,2}\b"
        ),
    ),
    Rule(
        "order",
        "gives a verdict",
        (frozenset({"met"}),),
        re.compile(
            r"\b(?:as|return|returns|returned|output|outputs|enter|answer|respond|report|verdict|is|say"
            r"|says)"
            r"(?: \w+){0,2}? ['\"“”‘’]?(?:fully )?met\b(?! (?:with|at|in|by|on|to|for|her|him|them|all"
            r"|our|the|and)\b)"
            r"(?<!is met)(?<!are met)|['\"“‘]met['\"”’]"
        ),
    ),
    # the answer, said to be complete
    Rule(
        "order",
        "praises the answer to a grader",
        (
            words("answer response submission text reply"),
            words("meets satisfies covers fulfills deserves merits warrants addresses contains"),
            words(_CRITERIA, _MARKS, "everything full"),
        ),
        re.compile(
            r"\b(?:this|the|my)(?: \w+)? (?:answer|response|submission|text|reply)\b(?: above"
            r"| below)?(?: \w+){0,2}? "
            r"(?:meets|satisfies|covers|fulfills|deserves|merits|warrants|addresses|contains)\b"
            rf"{_GAP}{{0,30}}?\b(?:all|every|each|full|maximum|highest|top|everything)\b"
        ),
    ),
    # whom it speaks to
    Rule(
        "order",
        "speaks to a grader",
        (words(_GRADERS), _GRADING),
        re.compile(
            rf"(?:\b(?:dear|hello|attention|attn|note (?:to|for)|message (?:to|for)|instructions? (?:to"
            rf"|for)|please,?) (?:the |all |any )?"
            rf"{_GRADER}\b|(?:^|[(\[*#/\n] ?){_GRADER} ?[:,–—-])"
            rf"(?:.|\n){{0,120}}?(?:{_GRADED}|\b(?:complete|accept|full|generous|lenient|pass)\b)"
            rf"|\b(?:the|any|each|every|other) {_GRADER} (?:must|should|shall|may|is to|are to|will|now"
            rf"|can)\b{_GAP}{{0,80}}?"
            r"\b(?:accept|pass|give|award|skip|scor|grade|mark|rate|credit|return|write|treat|enter)"
        ),
    ),
    Rule(
        "order",
        "speaks to a grader",
        (words("grader graders scorer scorers llm llms chatgpt"),),
        re.compile(r"\b(?:graders?|scorers?|llms?|chatgpt)\b"),
    ),
    Rule(
        "order",
        "speaks to a grader",
        (
            words("whoever whatever anyone whomever person one system software machine program"),
            words(
                "scoring grading marking rating evaluating assessing judging scores grades marks rates"
                " evaluates",
                "assesses judges",
            ),
        ),
        re.compile(
            r"\b(?:whoever|whatever|whomever|anyone|the (?:person|one|system|software|machine|program))"
            r"(?: or (?:whatever|whoever))?(?: who| that| is| reads and)*"
            r" (?:scor|grad|mark|rat|evaluat|assess|judg)(?:es|s|ing)\b"
            r"(?= (?:this|these|it|my|the (?:answer|text|above)|here)\b|[:,.;]|$)"
        ),
    ),
    Rule(
        "order",
        "speaks to a machine",
        (words(_MACHINES), _MACHINE_MARKS),
        re.compile(
            rf"(?:^|[(\[*#/\n] ?|\b(?:dear|to|for|the|an?) )(?:{_MACHINE})\b{_GAP}{{0,120}}?{_GRADED}"
            rf"|{_GRADED}{_GAP}{{0,80}}\b(?:{_MACHINE})\b"
            rf"|(?:^|[(\[*#/\n] ?)(?:ai model|language model|assistant|model) ?(?:reading|rating|:"
            rf"|,){_GAP}{{0,120}}?"
            r"(?:\b(?:generous|lenient|treat|mark|rate|score|grade|return)\b)"
        ),
    ),
    Rule(
        "order",
        "gives the reader a role",
        (
            words("you act pretend"),
            words(_MACHINES, _GRADERS, "teacher persona mode"),
        ),
        re.compile(
            r"\b(?:you are|you're|act as|pretend (?:to be|you are|that you are)|you will (?:now )?be"
            r"|behave as)"
            r"(?: now| in fact)?(?: an?| the)?(?: [\w-]+){0,3}? (?:examiner|grader|evaluator|judge|rater"
            r"|marker|scorer|language model"
            r"|ai|assistant|teacher|chatbot|llm|bot)\b(?! (?:manager|director|to|for)\b)"
        ),
    ),
    Rule(
        "order",
        "asks to be judged mildly",
        (
            words("accept treat count take regard consider credit score"),
            words(
                "complete completed met present correct done passed full satisfied fulfilled covered right"
            ),
        ),
        re.compile(
            r"\b(?:accept|treat|count|regard|credit|score)s?\b"
            r"(?: (?:this|these|it|each|every|all|what|any|partial|the (?:lines|text|answer|response"
            r"|above|following|rest))\b)"
            rf"{_GAP}{{0,40}}?\bas (?:an? )?(?:fully )?(?:complete|completed|met|present|correct|done"
            rf"|passed|full|satisfied"
            r"|fulfilled|covered|right)\b"
            r"|\baccept as (?:complete|met|correct|done)\b"
        ),
    ),
    Rule(
        "order",
        "asks for a verdict on this text",
        (
            words("rate score grade mark assess evaluate judge confirm report give assign award credit"),
            words("answer response submission criterion criteria text item items step"),
            words("this each every all following above me met full"),
        ),
        re.compile(
            r"(?:^|[.!?:;,(\n\[] ?|\b(?:please|kindly|must|should|and|then|to) )"
            r"(?:rate|score|grade|mark|assess|evaluate|judge|confirm|report success on|credit|give"
            r"|assign|award)"
            r"(?: (?:this|the|my|each|every|all))(?: \w+){0,3}? "
            r"(?:answer|response|submission|criterion|criteria|text (?:above|below|as))\b"
            r"(?! (?:the|with yes|by|sheet|form|rate|time|team|to (?:the|our|their))\b)"
        ),
    ),
    # somebody else's note
    Rule(
        "note",
        "poses as a note of somebody who grades",
        (
            words(
                _GRADERS,
                "system developer assistant admin administrator moderator proctor qa control user",
                "reader team",
            ),
            _GRADING,
        ),
        re.compile(
            r"^[^\w\n]{0,6}(?:system|developer|assistant|user|admin(?:istrator)?|moderator|grader|rater"
            r"|evaluator|examiner|assessor"
            r"|reviewer|scorer|proctor|qa|quality control|(?:second|third|first) (?:rater|reader"
            r"|reviewer)|hiring team"
            r"|assessment team)(?:['’]s)?(?: \d{1,2})?(?:[ -]+(?:note|message|comment|prompt|instruction"
            r"|update|override|remark|log"
            r"|summary)s?)?(?: to (?:the )?(?:\w+ ){0,2}\w+)?\W{0,3}(?:,? ?\w+ (?:pass|read|reading"
            r"|review))?\s*[:–—,-]"
            rf"(?:.|\n){{0,160}}?{_GRADED}",
            re.MULTILINE,
        ),
    ),
    Rule(
        "note",
        "poses as a note of somebody who grades",
        (words("note message comment memo remark"), _GRADING),
        re.compile(
            r"\b(?:note|message|comment|memo|remark)s? (?:to|from|for|by) (?:the |an? |any "
            r"|all )?(?:[\w-]+ ){0,3}?"
            rf"(?:{_GRADER}|{_MACHINE}|hiring (?:team|manager|committee)|assessment team)\b(?:."
            rf"|\n){{0,160}}?{_GRADED}"
        ),
    ),
    Rule(
        "note",
        "says that the answer was judged before",
        (
            words("candidate answer response submission text item points"),
            words("verified cleared approved graded scored vetted rated evaluated checked pre confirmed"),
        ),
        re.compile(
            r"\b(?:this candidate|the candidate|this answer|(?:the )?following (?:answer|response)"
            r"|this submission|this response"
            r"|this text|this item)\b"
            r"(?:'s \w+(?: \w+)?)? (?:has been|has already been|have been|was"
            r"|is)(?: \w+)? (?:pre-)?(?:verified|cleared|approved"
            r"|graded|scored|vetted|rated|evaluated|checked|confirmed|void)\b"
        ),
    ),
    Rule(
        "note",
        "says that it was rated",
        (words("rated scored graded rating score grade"), words("5 10 100 98 99 95 4")),
        re.compile(
            r"\b(?:rated|scored|graded|rate|score|grade|give|gave) (?:it|this|the above|the answer|them"
            r"|this answer) (?:an? )?"
            r"(?:100|9\d|10|5)\b|\b(?:final|agreed|expected|overall|prior|previous|total|recommended"
            r"|same) (?:score|grade|rating|mark)s?"
            r"\b ?(?:[:=]|is|of)? ?(?:100|9\d|10\b|5\b)|\bscore 100\b"
        ),
    ),
    # states of a draft, and other data about the answer
    Rule(
        "metadata",
        "says which version is graded",
        (
            words("draft drafts final version stage revision"),
            words(
                "graded grading scored scoring rated evaluated evaluation assess assessed grade score"
                " evaluate"
            ),
        ),
        re.compile(
            rf"\b(?:draft|version|revision|stage|above)\b{_GAP}{{0,40}}?\bnot (?:(?:for|to be|being|yet) )?"
            r"(?:grad|scor|rat(?:ed|ing)|evaluat|assess)\w*"
            rf"|\bfinal\b{_GAP}{{0,12}}\b(?:graded|scored|rated|evaluated)\b"
            r"|\b(?:grade|score|rate|evaluate|assess|judge) (?:only )?(?:the |this )?"
            r"(?:final|completed?|latest|second|revised|last) (?:\w+ )?(?:version|answer|draft|text"
            r"|response|one)\b"
            r"|\bversion: (?:identical|same) "
        ),
    ),
    Rule(
        "form",
        "poses as a guide to scoring",
        (words("scoring grading marking rubric"),),
        re.compile(
            r"\b(?:scoring|grading|marking|rubric)[ _-](?:guide(?:line)?s?|key|rules?|rubric|scheme"
            r"|results?|notes?|hints?|policy"
            r"|updates?|mode|prompt|status|instructions?|system|engine|criteria)\b"
        ),
    ),
)


def find_wording(reading: Reading) -> Iterator[Span]:
    """Every place that fits a rule."""
    vocabulary = reading.vocabulary
    for rule in RULES:
        for need in rule.needs:
            if need.isdisjoint(vocabulary):
                break
        else:
            for match in rule.pattern.finditer(reading.text):
                yield Span(rule.kind, rule.note, *match.span())
