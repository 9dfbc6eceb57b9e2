package screen

import (
	"netral/internal/day"
)

// Verdict is what a text is held to be.
type Verdict string

// Verdicts.
const (
	Partisan Verdict = "partisan" // speaks for or against a side, as far as words can tell
	Neutral  Verdict = "neutral"  // takes no side, or speaks of none
	Unclear  Verdict = "unclear"  // a person has to look
)

// Stance is how a text stands towards a side.
type Stance string

// Stances.
const (
	Support Stance = "support"
	Oppose  Stance = "oppose"
	Quoted  Stance = "quoted" // somebody else's stance is told
	None    Stance = "none"
)

// Side is somebody a text can be for or against: a contestant, or a party.
type Side struct {
	ID      string
	Contest string // "" for a party
	Number  int    // on the ballot; 0 for none
	Names   []Name
	// The contest runs on [From, Until); a party is one on every day.
	From, Until day.Day
	// The ballot number means the side on [NumberFrom, NumberUntil).
	NumberFrom, NumberUntil day.Day
}

// Name is something a side is called.
type Name struct {
	Text  string
	Mark  bool    // a slogan, hashtag or symbol: not somebody's name
	Weak  bool    // an ordinary word too: counts where a contest is spoken of
	From  day.Day // day.None is as long as the side itself
	Until day.Day
}

// FactKind is what kind of thing was found.
type FactKind string

// Kinds of facts.
const (
	FactName      FactKind = "name"      // a side named: by name, number, hashtag, slogan
	FactSupport   FactKind = "support"   // words for a side
	FactOppose    FactKind = "oppose"    // words against a side
	FactSoft      FactKind = "soft"      // liking or doubt, which takes more to be a stance
	FactAct       FactKind = "act"       // campaigning: an event, a team, campaign things
	FactMoney     FactKind = "money"     // money asked or given
	FactGoods     FactKind = "goods"     // goods given
	FactMobilise  FactKind = "mobilise"  // people told to come, bring, vote
	FactFacility  FactKind = "facility"  // things of the office
	FactUnnamed   FactKind = "unnamed"   // a contestant who is not named
	FactNeutral   FactKind = "neutral"   // no side is taken, or all alike
	FactRule      FactKind = "rule"      // rules, breaches, sanctions
	FactReport    FactKind = "report"    // somebody else's words or deeds are told
	FactAsk       FactKind = "ask"       // asks whether something is allowed
	FactBody      FactKind = "body"      // those who hold the election
	FactElection  FactKind = "election"  // a contest is spoken of
	FactOther     FactKind = "other"     // sport, school, neighbourhood: only looks like it
	FactVague     FactKind = "vague"     // hints that leave open whom they mean
	FactClosed    FactKind = "closed"    // a side named when its contest does not run
	FactOrganiser FactKind = "organiser" // who calls
	FactPlace     FactKind = "place"
	FactDate      FactKind = "date"     // Value is YYYY-MM-DD
	FactDisguise  FactKind = "disguise" // letters hidden from machines
	FactNothing   FactKind = "nothing"  // no word of a contest; Value is how many words were read
	FactCut       FactKind = "cut"      // the text was longer than what is read
)

// Fact is something found, with its words. From and To are byte offsets into
// the text as given; both are 0 where a fact is about the whole text.
type Fact struct {
	Kind     FactKind
	From, To int
	Value    string // a day, a number
	Who      string // id of a side, where one is meant
	Ground   bool   // the verdict rests on it
}

// Target is a side and how the text stands towards it.
type Target struct {
	ID     string // "" for one that is not named
	Stance Stance
}

// Report is what was found in a text.
type Report struct {
	Verdict Verdict
	Stance  Stance
	Targets []Target // partisan, unclear: whom it is about; neutral: who is named
	Facts   []Fact   // in order of the text, grounds among them
	Words   int      // how many were read
	Cut     bool
}

// Bounds on what is read: a long letter has some 10,000 letters.
const (
	MaxBytes = 1 << 20
	maxFacts = 400 // told of one text; more say nothing new
)
