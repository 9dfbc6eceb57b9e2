package invite

import (
	"fmt"
	"slices"
	"time"

	"netral/internal/day"
)

// The kinds of organisers. A group may be of several: a congregation that is
// registered as a mass organisation is both.
const (
	MassOrg       = "mass_org"
	Religious     = "religious"
	Neighbourhood = "neighbourhood"
	School        = "school"
	Sport         = "sport"
	Business      = "business"
	Media         = "media"
	Government    = "government"
	ElectionBody  = "election_body"
	Party         = "party"
	Volunteers    = "volunteers"
)

// Kinds lists them.
func Kinds() []string {
	return []string{MassOrg, Religious, Neighbourhood, School, Sport, Business, Media, Government, ElectionBody, Party, Volunteers}
}

// host is what a group is to the conduct book; the strictest of its kinds counts.
func host(kinds []string) string {
	has := func(k string) bool { return slices.Contains(kinds, k) }
	switch {
	case has(Party), has(Volunteers):
		return "campaign_side"
	case has(MassOrg):
		return "mass_org"
	case has(ElectionBody):
		return "election_body"
	case has(Government):
		return "government"
	case has(Media):
		return "media"
	}
	return "community"
}

// The sides of an affiliation, in the words of the conduct book.
const (
	SideParty     = "party"
	SideCandidate = "candidate"
	SideTeam      = "team"
	SideNone      = "none" // a fact that speaks for neutrality
)

// Sides lists them.
func Sides() []string { return []string{SideParty, SideCandidate, SideTeam, SideNone} }

// Confidences lists how sure a fact is.
func Confidences() []string { return []string{"H", "M", "L"} }

// Affiliation is a fact about an organisation, with who says so and since when.
type Affiliation struct {
	ID         string  `json:"id"`
	Fact       string  `json:"fact"`
	Side       string  `json:"side"`
	Source     string  `json:"source"`
	From       day.Day `json:"from"`
	Until      day.Day `json:"until"` // day.None while it lasts
	Confidence string  `json:"confidence"`
	By         string  `json:"by"`
}

// on reports that the fact holds on a day.
func (a Affiliation) on(d day.Day) bool {
	return a.From <= d && (a.Until == day.None || d < a.Until)
}

// Organiser is an organisation of the register.
type Organiser struct {
	ID      string
	Version int
	At      time.Time
	By      string
	Group
}

// Group is what is kept of an organiser.
type Group struct {
	Name         string        `json:"name"`
	Kinds        []string      `json:"kinds"`
	Contact      string        `json:"contact"` // name, telephone
	Person       string        `json:"person"`  // of the contact, when they serve here: id in the roster
	Affiliations []Affiliation `json:"affiliations"`
}

// The states of an invitation.
const (
	Entered   = "entered"
	Disposed  = "disposed"
	Lettered  = "lettered"
	Done      = "done"
	Withdrawn = "withdrawn"
)

// The roles that are asked of whoever is invited.
const (
	RoleAttend = "attend"
	RoleSpeak  = "speak"
	RoleDuty   = "duty"
)

// Roles lists them.
func Roles() []string { return []string{RoleAttend, RoleSpeak, RoleDuty} }

// act is what a role is to the conduct book.
func act(role string) string {
	return map[string]string{RoleAttend: "attend_event", RoleSpeak: "speak_event", RoleDuty: "duty_event"}[role]
}

// What an organiser may ask for beside.
const (
	AskMoney    = "money"
	AskGoods    = "goods"
	AskMobilise = "mobilise"
	AskFacility = "facility"
	AskGreeting = "greeting" // a greeting or a word in public
)

// Requests lists them.
func Requests() []string { return []string{AskMoney, AskGoods, AskMobilise, AskFacility, AskGreeting} }

// Channels lists how an invitation came.
func Channels() []string { return []string{"letter", "whatsapp", "email", "spoken", "other"} }

// Speaker is who is announced to speak.
type Speaker struct {
	Name   string `json:"name"`
	Person string `json:"person,omitempty"` // id in the roster, for who serves here
}

// Invitation is an invitation and where it stands.
type Invitation struct {
	ID        string
	State     string
	Version   int
	At        time.Time // of the last change
	By        string    // actor who entered it
	Organiser string
	Day       day.Day // of the event
	Unit      string  // that it came to
	Seat      string  // unit whose head disposes
	Papers
}

// Papers is what is kept of an invitation besides.
type Papers struct {
	Title    string    `json:"title"`
	From     string    `json:"from"` // "19:30"
	To       string    `json:"to"`
	Venue    string    `json:"venue"`
	Text     string    `json:"text"` // of the invitation, with its programme
	Role     string    `json:"role"`
	Speakers []Speaker `json:"speakers"`
	Requests []string  `json:"requests"`
	Invited  []string  `json:"invited"` // ids in the roster
	Channel  string    `json:"channel"`
	Ref      string    `json:"ref"` // number of the organiser's letter
	Received day.Day   `json:"received"`
	Person   string    `json:"person"` // who entered it: id in the roster
	Units    []Unit    `json:"units"`  // path to Unit
	Vetting  Vetting   `json:"vetting"`
	Steps    []Step    `json:"steps"` // of the route
	Last     string    `json:"last"`  // key of the last change
	Why      string    `json:"why"`   // of a withdrawal
	Offline  bool      `json:"offline"`
	Assigned []string  `json:"assigned"` // by the disposition that counts
}

// Vetting is what was found about an invitation.
type Vetting struct {
	At       time.Time `json:"at"`
	On       day.Day   `json:"on"`
	Edition  string    `json:"edition"`
	Without  string    `json:"without"` // outcome without a letter
	Outcome  string    `json:"outcome"` // outcome with one
	Grounds  []Ground  `json:"grounds"`
	Rules    []Said    `json:"conditions"` // under which one may go
	Stages   []Stage   `json:"stages"`
	Screened Screening `json:"screening"`
}

// The kinds of grounds.
const (
	GroundRule     = "rule"
	GroundWords    = "words"
	GroundStage    = "stage"
	GroundFact     = "fact" // of the register
	GroundHistory  = "history"
	GroundRequest  = "request"
	GroundNothing  = "nothing"
	GroundUnknown  = "unknown"
	GroundSpeakers = "speakers"
)

// Ground is one thing that a vetting rests on.
type Ground struct {
	Kind       string `json:"kind"`
	Weight     string `json:"weight"` // an outcome
	Title      Said   `json:"title"`
	Text       Said   `json:"text"`
	Quotes     []Span `json:"quotes,omitempty"` // in the text of the invitation
	Words      string `json:"words,omitempty"`  // quoted from elsewhere
	Law        Said   `json:"law"`
	Confidence string `json:"confidence"`
	Instead    Said   `json:"instead"`
}

// Disposition is what an official decided.
type Disposition struct {
	ID         string
	Invitation string
	State      string // live, withdrawn
	At         time.Time
	Person     string
	Decision
}

// What can be decided.
const (
	Go      = "go"
	Decline = "decline"
)

// Decision is the content of a disposition.
type Decision struct {
	Verdict     string               `json:"verdict"` // Go, Decline
	Instruction string               `json:"instruction"`
	People      []string             `json:"people"` // who is assigned
	Deadline    day.Day              `json:"deadline"`
	Why         string               `json:"why"` // against the vetting
	Hand        Hand                 `json:"hand"`
	Read        map[string]time.Time `json:"read"` // by person
	Actor       string               `json:"actor"`
	Undone      string               `json:"undone"` // why it was taken back
}

// Hand is who acts for an office: themselves, or for another.
type Hand struct {
	Person   string `json:"person"`
	Name     string `json:"name"`
	NIP      string `json:"nip"`
	Grade    string `json:"grade"`
	Title    string `json:"title"` // of the post
	Kind     string `json:"kind"`  // Definitive, Plt, Plh, Lent
	For      string `json:"for"`   // name of the holder who is stood in for; "" for none
	Paper    string `json:"paper"`
	Unit     Unit   `json:"unit"`
	OwnTitle string `json:"own_title"` // of the post of who stands in
}

// The kinds of letters.
const (
	Assignment = "assignment"
	Refusal    = "refusal"
)

// Letter is a letter that was signed.
type Letter struct {
	ID         string // the code on the paper
	Kind       string
	Office     string
	Year       int
	Number     int
	Invitation string
	State      string
	At         time.Time
	Day        day.Day
	Until      day.Day
	Sum        string // SHA-256 of Content
	Content
	Status
}

// Content is what a letter says: it never changes.
type Content struct {
	Code       string   `json:"code"`
	Kind       string   `json:"kind"`
	No         string   `json:"no"`
	Day        day.Day  `json:"day"`
	Until      day.Day  `json:"until"`
	Hand       Hand     `json:"hand"`
	People     []Named  `json:"people"`
	Organiser  string   `json:"organiser"`
	Ref        string   `json:"ref"`
	Title      string   `json:"title"`
	On         day.Day  `json:"on"`
	From       string   `json:"from"`
	To         string   `json:"to"`
	Venue      string   `json:"venue"`
	Role       string   `json:"role"`
	Basis      string   `json:"basis"`
	Task       string   `json:"task"`
	Conditions []Said   `json:"conditions"`
	Replaces   string   `json:"replaces"` // number of the letter before
	Offline    string   `json:"offline"`  // how it was issued when the system was down: paper, file
	Copies     []string `json:"copies,omitempty"`
}

// Named is a person as a letter names them.
type Named struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	NIP   string `json:"nip"`
	Grade string `json:"grade"`
	Title string `json:"title"`
}

// Status is what became of a letter.
type Status struct {
	Why      string    `json:"why"` // withdrawn, replaced or closed
	By       string    `json:"by"`
	Next     string    `json:"next"` // code of the letter that replaces it
	Ended    time.Time `json:"ended"`
	Returned int       `json:"returned"`
}

// The states of a letter.
const (
	Valid      = "valid"
	Superseded = "superseded"
	Closed     = "closed"
)

func number(n int, short string, year int) string { return fmt.Sprintf("%d/ST/%s/%d", n, short, year) }

// How it went, as a return slip tells.
const (
	Attended = "attended"
	LeftIt   = "left"
	Absent   = "absent"
)

// Results lists them.
func Results() []string { return []string{Attended, LeftIt, Absent} }

// Why somebody left, or did not go.
const (
	WhySigns    = "signs"    // flags or signs of a party or contestant
	WhyCampaign = "campaign" // it turned into a campaign
	WhyOther    = "other"
)

// Whys lists them.
func Whys() []string { return []string{WhySigns, WhyCampaign, WhyOther} }

// Pictures lists what is asked about photographs.
func Pictures() []string { return []string{"no", "asked", "yes"} }

// Slip is what somebody reported after an event. At is zero until then.
type Slip struct {
	Letter   string
	Person   string
	Due      day.Day
	At       time.Time
	Reminded day.Day
	Report
}

// Report is the content of a slip.
type Report struct {
	Result  string `json:"result"`
	Why     string `json:"why"`
	Time    string `json:"time"` // of leaving
	Signs   bool   `json:"signs"`
	Picture string `json:"picture"`
	Note    string `json:"note"`
}

// turned reports that the event took a side, as this person saw it.
func (r Report) turned() bool {
	return r.Signs || r.Result == LeftIt && (r.Why == WhySigns || r.Why == WhyCampaign)
}
