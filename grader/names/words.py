"""English words that are names too: alone, one of them is taken for a name only where a name stands.

Short on purpose: a name that is left out here is taken away once too often, one that stands here may stay.
"""

_WORDS = """
    able ace an april arch art ash august autumn baker bank banks bar bay beach bean bear beauty bee
    berry best bill birch bird bishop black bliss block blue bond booth born box boy branch brand bray
    brew bridge bridges bright brook brown bull bunny burn burns bush butler buy call cap car care
    carter cash cat cedar chance charity charm chase chip church clark clay clerk cliff close cloud
    coast cook cooper corn count court crisp cross dale dawn day deal dean dear december dill do drive
    earl early east echo edge english epic ever excel fair faith fall farmer fast favor february field
    fields fish fisher flower foot ford forest foster fox france frank free freeman french friday friend
    frost gall gate gates gay general gift gill ginger glass go golden good goodman grace grain grant
    grave graves gray green grey grove guy hale hall ham hand harmony harp harper hash haven hawk hay
    head heart heath hedge hill him ho honey hood hook hope horn house hunt hunter ii in iron isle
    january jewel job joy judge july june junior justice kay keen key keys kind king knight knock lace
    lad lady lake lamb lance land law lawn le leaf lee liberty light lime lin link lion little lock long
    lord lot lotus love low luck lucky mage major man mane manly manner marble march mare mark marker
    marks marshal martin mason master mat may mayor meadow means medicaid medicare mercy merit merry
    mild miles mill miller mills mind mint mist monday moody moon more morrow moss new north november
    oak october olympia on outlook pace page palm park pastor patience peace peach penny pepper pleasant
    plum pole pool porter post potter pound power powers pray preacher precious press price pride prince
    prior quiet rain ram ray read reader reason red reed rice rich rider ridge ring rip rise river
    rivers road rock root rose rover royal rush rust sage sailor saint salt sand sandy sat saturday
    savage sea see september sergeant shade sharp shell shepherd sheriff shore short silver singer skies
    skill skipper sky slack slate slaughter small smart smith snow so song south spar spear speed spring
    star start steel steward stock stone storm strange street strong sue summer summers sunday swan
    sweet swift tailor tanner tate teal teams thorn thursday tiger to town trace tree true trust truth
    tuesday turner unity urban valley van victory virtue wade wall ward warden ware warm way wednesday
    well west wheat white wild will win wind winner winter winters wise wish wood woods word worth
    worthy yard you young
"""

COMMON = frozenset(_WORDS.split())
