"""2,048 short, common English words, one for each value of 11 bits. Never change or extend it.

Two people compare such words by voice: no word is a letter away from another, and common
homophones are left out. Selected from level 10 to 35 of the Debian package `scowl` 2020.12.07-2
(3 to 7 letters, plain forms, nothing rude).

SCOWL (Spell Checker Oriented Word Lists) is Copyright 2000-2011 by Kevin Atkinson. Permission to
use, copy, modify, distribute and sell these word lists, the associated scripts, the output created
from the scripts, and its documentation for any purpose is hereby granted without fee, provided
that the above copyright notice appears in all copies and that both that copyright notice and this
permission notice appear in supporting documentation. Kevin Atkinson makes no representations about
the suitability of this array for any purpose. It is provided "as is" without express or implied
warranty.
"""

from __future__ import annotations

from typing import Final

_TEXT: Final = """
aback abandon abate abbey abbot ability abolish about above abroad absence absorb abyss accept
access accord account accuse achieve acid acorn acquire acronym action active actual acute adage
address adhere adjust admire admit adobe adopt adult advance advent adverse advice affair affect
affix afford afoot afraid after again agency agenda agent agile agree ahead airport aisle akin
alarm albeit album alcohol alert algae algebra alias alibi alien alive allay allege allow almost
aloft alone aloof aloud alpha already also altar always amass amateur amaze amber ambient amble
amend amount amuse anagram analogy analyst anatomy ancient anger angle angry angst animal annex
annoy annual anomaly anorak another answer antique anvil anxious anybody anyone anyway apart
apathy apology appeal append apple appoint approve apron arcade archaic archive area argue arise
aroma around arrange array arrest arrive arrow article artist ascend ashamed ashcan ashen aside
askew aspect asset assign assist assort assume atheist atlas atom atomic attach attain attempt
attend attic attract audible audio aunt author autumn avail average avoid awake award away awful
awkward axes axing axiom azure baby backlog bacon badge baffle bagel baggage balance ball ballot
balmy banal banana banjo bank bargain baroque barrel base basic basket bathe battery bear beauty
became because bedroom been before began behalf behave behind beige believe belong beloved below
bench beneath benefit beret berry beside best beta between beware beyond bias bicycle binary bind
bingo biology birth biscuit bison bite bitmap bitten bizarre black blame blanket blast blatant
bleat blend blimp bliss blitz blob bloom blue bluff blunt blurb board boat body boggle bogus boil
book booklet boost boredom borne borrow boss both bottle bottom bounce bound bracket branch brand
brave break breathe breed breeze bridge brief brigade bright bring broke brought brown browse
brush bubble bucket buddy budget buggy bugle build bulk bumpy bundle burden burst bury bushy
button bypass byway cabbage cabinet cacao cache cacti cadet cagey calm came camera campus cancel
cannot canoe capable capital captain capture carbon card careful cargo carol carpet carry cartoon
carve castle casual catch caught cause caution caveat cease cedar ceiling cell censor cent central
century certain chafe chain chalk chamber chance channel chaos chaotic chapel chapter char charge
charity chasm cheap check cheer cheese chemist chess chew chicken chief child chime china chip
choice choir choral chord chorus chose chunk churn chute cider cigar cinema circa circle circuit
citizen city civil claim clank clarify class clean clerk clever client cliff climate climb clinic
clique clock clog closet closure cloth clout club clumsy clung cluster coach coal cobra cocoa code
coffee coin collate collect colon column combat combine comedy comfort comic command comment
common company compel compile complex compose compute concept concise concur condemn condone
conduct confess confirm confuse congest connect consist console consult contact content contour
control convert convict cookie copy corny correct cost cotton could council count couple courage
courier course cousin covet crack craft cramp crane crazy create credit creek crept cricket crisis
crisp critic crook cross crowd crucial crude cruise crumb crunch cryptic crystal cubic cuckoo
cuddly culprit culture cunning cure curious current cursor custard custom cycle cyclist cynical
daft daily dance dare darling data datum daytime dealt debate debt debug decade decent decimal
declare decline decoy deduce deem default defeat define defy degrade degree delay delete delight
deliver delta delve demand density dentist depend deposit depress deprive depth deputy derange
descend desert design desire desk desktop despite destine detach detail detect deter detract
develop device devious devoid devote diagram dial dialect diary dictate diesel diet differ digit
dignity dilemma dingy direct dirge disable disc discard dislike dismal dismiss display dispose
dispute distant distort disturb ditch ditto divert divide divorce doctor dodge dogma dollar domain
donate done door double doubt down dowry dozen drag dragon drama drape drastic drawn dream dreary
drew drift drill drive drop drum dubious duck duff dull dummy dump during dusky dustbin duty dwarf
dwell dynamic eager eagle earth easiest easily eastern easy eaten ebony echo ecology economy edge
edit edition editor educate eerie effort eight either elbow elder elect elegant element eleven
elite elitist else elude email embed emerge eminent empire employ empty emulate enable enclose
encode endless endow energy enforce engage engine enhance enjoy enlarge enough ensure entail enter
entire entity entry envy epic episode epoch equal equate equip erase ergo erode error erupt escape
essay essence estate eternal ethic evade event every evident evoke evolve exact examine example
exceed excess excite exclude excuse execute exempt exert exhaust exhibit exist exotic expand
expect expense expiry explain explode export expose express extant extend extra extreme exult
fabric face factor fail failure faint fairy fallacy fallen false family famine famous fancy
fantasy farm fashion fast father fatuous faucet faulty fauna feature federal feeble feel fiction
field fierce fifteen fifth figure file filmy filter filthy final finance finger finish finite
first fiscal fish fizzy flag flair flake flash fleck fleet flew flight fling flirt float floor
floppy flora floss flown fluent fluffy fluid flunk flute foam focus foggy foist folk follow food
foolish foray forbade forbid force foreign forever forgave forget formal formula forth fortune
forum forward fossil four foyer fragile frame frank frantic fraud free freedom freeway french
fresh friar friend fringe from front froze fruit fully fume fund fungi funny further fusion fussy
futile future galaxy gamma gamut gang garbage garble garden gateway gaudy gauge gave gawky geese
gender general genetic genius genre gentle genuine geology gesture ghost ghoul giddy gift girl
given glad glance global glory glossy gnome going golden golf goodbye goody gossip gotten govern
grab grade gradual grammar grant graph grasp gravity greasy great greedy green grim grind groan
group grow growth guard guess guide guinea guitar habit hair haircut half halve handful handle
handy happen happily happy harmony harsh hassle hasten hasty hazard hazy health heard heat heavily
heavy held helmet helpful hence heresy heroic herself hidden hide hideous high highway hill
himself hint history hobby hole holiday honesty hopeful horizon horn horrid horse hotel however
huge human humble hundred hungry hurry husband hyphen icon ideal idiom idiotic ignore image
imagine immense immune impact impair impend import impose impress improve impulse inane inch
incline include income incur indeed index induce indulge inertia infant infer inflict info inform
inhabit inherit initial inject input insert inside insight insist insofar inspect inspire install
instead intact intake integer intend interim invade invent inverse invite invoke involve irate
ironic irony island isolate issue item itself jacket jargon jazz jealous jeans jelly joint joke
journal judge juice jungle junior just justify keep kept kernel keyword kidney king kingdom
kitchen knew knife knight knock known label lady lamp land large laser late laugh lawn lawyer
layout leach lead leaflet league learn least leave lecture left legal legend legible leisure lemon
length lenient less lesson level liable liaison liberal library license life limit linear link
linkage lion liquid list listen little loan local locate logic logo long loop loose lorry love
luckily lucky luggage lunch lurk luxury lyric machine made magic mailbox main maize major manage
mandate mania mankind manual many march margin marital mark market massive matrix maximum maybe
meant measure media medical medium meet melody member memory mention menu mercury mercy mere merit
message messy metal method metric metro midday middle mighty migrate mild mileage million mimic
mine minimal minor minus minute miracle mirror misled misread miss mission mistake mistook misuse
mixture mobile model modern modify module moment monarch money monitor monster month moral motion
motive motor motto mouse movie much mundane muscle museum music mutual myself mystery mystic myth
naive nation nature nearby neck need needle neglect nervous network neural never next nice noble
nobody noise nominal norm notable note nothing notice notify noun novel nowhere numeral nurse obey
object oblige obscure observe obsess obtain obvious occupy occur ocean offhand office offset often
omit once oneself ongoing onion onto onus open operate opinion oppose optic optimal option orbit
order organ orient origin other ought outcome outcry outline outlook output outrage outset outside
over overall overdue overlap oxygen ozone pack package page paid painful palace panel parade
pardon parent parody parrot parse partial partner party passage passion path patient pattern
payment peace peanut peasant pedal pedant peer penalty pencil pended pending penguin penny people
percent perfect perform perhaps period permit persist person petrol phase phoenix phone photo
physic piano picture pigeon pipe pitfall pizza plain plant plastic play plea please plenty plot
plug plural pocket poem poetic poetry polar police polish poll pompous popular port portion
portray pose possess postal potato power praise preach precede precise predict preface prefix
premium prepare press presume pretend pretty prevail prevent price primary print prior private
problem process produce profit program project prolong promise promote prompt pronoun proof
propose protest proud prove provide provoke pseudo public pudding pulp pulse pupil purity purple
purpose pursue push puzzle qualify quantum queen query quest queue quibble quick quiet quiz quote
rabbit radar radical radio radius railway rainbow rampant random range rattle razor react readily
ready real reality reason rebuild recall receive recipe reckon reclaim record recover recruit
rectify recycle refer reflect reform refrain refresh refund refuse regard regime region regret
regular reign relate relax release relief remain remark remedy remind remote removal rename renew
repair repeat replace reply report request require reread rescue reserve reset resist resolve
respect respond restart restore result retire return reveal revenue reverse review revise revolt
rewrite rhyme rhythm ribbon rich rigid risen risk ritual rival river road robot robust rock
romance room rope rotate rough route routine royal ruin rule rung rural rusty safe safety saga
salary salt sample sanity satire satisfy scale scan scandal scarce scarf scarlet scatter scene
scheme scholar school science score scotch scrap scratch screen screw script scroll search second
secret section secular secure seek segment seldom selfish seminar send senior sense sequel serial
series serious sermon servant serve service session settle seven severe shadow shaken shaky shall
shape sharp sheet shelf shelter shelve shift shine shock shop short should shove shown shut sigma
sign signal silent silicon silly silver similar simply since single sister situate sixteen sixth
size sketch skill skirt slang sleep slept slice slip slogan slope slow smash smile smith smooth
smug snack snag snail sneaky sniff soap social society soft solid solo solve some somehow someone
soon soul source south space spatial speak special speech speed spell spent sphere spigot spin
spiral split spoil spoke sponsor spoof spot spray spread spring spur squad square squash squeeze
staff stage stair stamp stance stand start station status stay steady steel step stereo sterile
stick stomach stone stood storage story strange straw stream street stress stretch strict strive
stroke strong struck student studio study stumble stun style subject submit subset subtle subway
succeed sudden suffice sugar suggest suit summary sundry sunk sunrise superb support supreme
surface surgery surname surplus survey survive suspect sustain swallow swam swear swing switch
sword symbol symptom synonym syntax system table tackle tactic tailor taken talent talk tangent
tape target taste taxi team teapot teeth temper temple tempt tennis tension terse textual thank
that their them theory therapy thereby these thesis thin third thirst thirty though three throat
throw thumb thus ticket tidy tiger time title toast tobacco today told tomato tongue tonight tool
tooth topic tore total touch tourist toward trace traffic train transit travel tray tread treaty
trek trendy trial tribe trick trifle trigger trilogy trinity trip triumph trivial trolley troop
trouser true trumpet trunk trust truth tune tunnel turn tutor twelve twenty twice twist tying
typeset typical unaware unclear under undid undo undone uneasy uniform unify unique unite unknown
unless unlike unload unlock unlucky unread unsafe unseen unsound untidy until unused unusual
unwise update upgrade upon upper upright upset upside upward urban urge urgent usable usage useful
usual utility utter vacancy vacuum vague valid valley vanish variant variety various vary vector
vehicle vein vendor venture venue verb verbal verbose verdict verify version versus vessel vicar
victory video view village vintage vinyl violin virtue visible vision visit visual vital voice
voltage volume vowel wait wallet warn warrant wartime wash water weak wealthy weary weasel weather
weekday weekend weigh weird welcome welfare western wheel when where which while whilst whistle
whoever whoop window winter wire wisdom with within without witness witty wizard woken woman
wonder wont wooden work world worship worthy wrap wrath wrist write written yellow young zero
"""

WORDS: Final = tuple(_TEXT.split())
