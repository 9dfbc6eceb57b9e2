package screen

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"netral/internal/day"
	"netral/internal/lex"
	"netral/internal/lex/letter"
	"netral/internal/lex/stem"
	"netral/internal/rule"
)

// cue is what a phrase says. Cues are bits; a phrase may have several.
type cue uint64

const (
	cueElection cue = 1 << iota
	cueBody
	cueMarker
	cueVote
	cueSupport
	cueSoft
	cueOppose
	cueDoubt
	cueNeg
	cueDont
	cueCall
	cueSelf
	cueEvent
	cueTeam
	cueGear
	cueMoney
	cueGoods
	cueMobilise
	cueFacility
	cueInvite
	cueUnnamed
	cueNeutral
	cueRule
	cueAsk
	cueReport
	cueOther
	cueVague
	cueGesture
	cueBut
	cueQuoted
	cueOrganiser
	cuePlace
	cueSkip
	cueLead
	cueTrail
	cueMeet
	cueGather
	cueChoose
	cueName        // of a side, see node.names
	cueNumber      // of the ballot
	cueNumberMay   // a number that may be of the ballot
	cueNumberSalam // a number shown with the hand
	cueParty       // number of a party
)

// cueNames are the cues as the file writes them, in the order of the bits.
func cueNames() []string {
	return []string{
		"election", "body", "marker", "vote", "support", "soft", "oppose", "doubt", "neg", "dont", "call", "self", "event", "team",
		"gear", "money", "goods", "mobilise", "facility", "invite", "unnamed", "neutral", "rule", "ask", "report", "other", "vague",
		"gesture", "but", "quoted", "organiser", "place", "skip", "lead", "trail", "meet", "gather", "choose",
	}
}

// file is an edition of the lexicon as it is written.
type file struct {
	Edition   string              `yaml:"edition"`
	Previous  string              `yaml:"previous"`
	Published string              `yaml:"published"`
	Note      rule.Text           `yaml:"note"`
	Aliases   map[string][]string `yaml:"aliases"`
	Keep      []string            `yaml:"keep"`
	Cues      []struct {
		Cue        string   `yaml:"cue"`
		Confidence string   `yaml:"confidence"`
		Say        []string `yaml:"say"`
	} `yaml:"cues"`
	Numbers []struct {
		Strength   string   `yaml:"strength"`
		Confidence string   `yaml:"confidence"`
		Say        []string `yaml:"say"`
	} `yaml:"numbers"`
	Parties []string `yaml:"parties"`
	Names   []struct {
		Of         string   `yaml:"of"`
		Kind       string   `yaml:"kind"`
		Say        []string `yaml:"say"`
		Confidence string   `yaml:"confidence"`
		Verified   bool     `yaml:"verified"`
	} `yaml:"names"`
}

// Lexicon is an edition of the words, checked. It does not change.
type Lexicon struct {
	Edition   string
	Published day.Day
	Note      rule.Text

	words   lex.Words
	alias   map[string][]string
	phrases []phrase
	names   []extra
}

type phrase struct {
	text string
	cues cue
}

type extra struct {
	of   string
	name Name
}

const (
	maxFile    = 1 << 20
	maxPhrases = 50_000
	maxExpand  = 400 // entries of one line
)

// Load reads an edition of the lexicon. words are those of the reader of
// questions: aliases, fillers, dates and the stemmer are shared. The error is
// rule.Problems.
func Load(fsys fs.FS, name string, words lex.Words) (*Lexicon, error) {
	var bad rule.Problems
	problem := func(format string, args ...any) {
		bad = append(bad, rule.Problem{File: path.Base(name), Message: fmt.Sprintf(format, args...)})
	}
	f, err := read(fsys, name)
	if err != nil {
		problem("%v", err)
		return nil, bad
	}
	l := &Lexicon{Edition: f.Edition, Note: f.Note, words: words, alias: map[string][]string{}}
	if f.Edition == "" {
		problem("the edition has no name")
	}
	if l.Published, err = day.Parse(f.Published); err != nil {
		problem("published: %q is not a day (YYYY-MM-DD)", f.Published)
	}
	for w, std := range words.Alias {
		if !slices.Contains(f.Keep, w) {
			l.alias[w] = std
		}
	}
	for std, ways := range f.Aliases {
		for _, w := range ways {
			l.alias[w] = strings.Fields(std)
		}
	}
	// An alias of an alias stands for what that one stands for.
	for w, std := range l.alias {
		if len(std) == 1 {
			if more, ok := l.alias[std[0]]; ok && !(len(more) == 1 && more[0] == w) {
				l.alias[w] = more
			}
		}
	}
	names := cueNames()
	known := func(c string) {
		if !slices.Contains([]string{"H", "M", "L"}, c) {
			problem("confidence %q; possible: H, M, L", c)
		}
	}
	add := func(c cue, lines []string) {
		for _, line := range lines {
			all, err := expand(line)
			if err != nil {
				problem("%v", err)
				continue
			}
			for _, p := range all {
				l.phrases = append(l.phrases, phrase{p, c})
			}
		}
	}
	for _, g := range f.Cues {
		known(g.Confidence)
		i := slices.Index(names, g.Cue)
		if i < 0 {
			problem("unknown cue %q; possible: %s", g.Cue, strings.Join(names, ", "))
			continue
		}
		add(1<<i, g.Say)
	}
	for _, g := range f.Numbers {
		known(g.Confidence)
		switch g.Strength {
		case "strong":
			add(cueNumber, g.Say)
		case "weak":
			add(cueNumberMay, g.Say)
		case "gesture":
			add(cueNumberSalam, g.Say)
		default:
			problem("strength %q; possible: strong, weak, gesture", g.Strength)
		}
	}
	add(cueParty, f.Parties)
	for _, n := range f.Names {
		known(n.Confidence)
		for _, t := range n.Say {
			l.names = append(l.names, extra{n.Of, Name{Text: t, Mark: n.Kind != "nickname", From: day.None, Until: day.None}})
		}
	}
	if len(l.phrases) > maxPhrases {
		problem("%d phrases; at most %d", len(l.phrases), maxPhrases)
	}
	if len(bad) > 0 {
		return nil, bad
	}
	return l, nil
}

func read(fsys fs.FS, name string) (*file, error) {
	r, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("more than %d bytes", maxFile)
	}
	f := new(file)
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	return f, dec.Decode(f)
}

// expand writes out the alternatives of a line: "a|b ?c" is a, b, a c, b c.
func expand(line string) ([]string, error) {
	out := []string{""}
	for _, f := range strings.Fields(line) {
		f, may := strings.CutPrefix(f, "?")
		var next []string
		for _, o := range out {
			if may {
				next = append(next, o)
			}
			for alt := range strings.SplitSeq(f, "|") {
				if alt == "" {
					return nil, fmt.Errorf("%q: an alternative is empty", line)
				}
				next = append(next, strings.TrimSpace(o+" "+alt))
			}
		}
		if out = next; len(out) > maxExpand {
			return nil, fmt.Errorf("%q has more than %d alternatives", line, maxExpand)
		}
	}
	out = slices.DeleteFunc(out, func(s string) bool { return s == "" })
	if len(out) == 0 {
		return nil, fmt.Errorf("%q is empty", line)
	}
	return out, nil
}

// Reader reads texts with the sides of one edition of the calendar. It does not
// change and may be used by many goroutines.
type Reader struct {
	lex      *Lexicon
	sides    []Side
	lits     map[string]int32
	stems    map[string]int32
	tree     tree
	slips    stem.Slips
	forms    *forms
	pool     pool
	contests map[string]int // how many sides a contest has
}

// Reader makes a reader that knows the sides.
func (l *Lexicon) Reader(sides []Side) *Reader {
	r := &Reader{lex: l, lits: map[string]int32{}, stems: map[string]int32{}, forms: newForms(), contests: map[string]int{}}
	r.tree.next = map[edge]int32{}
	r.tree.nodes = append(r.tree.nodes, node{})
	symbols := int32(symNumber)
	sym := func(m map[string]int32, w string) int32 {
		if id, ok := m[w]; ok {
			return id
		}
		symbols++
		m[w] = symbols
		return symbols
	}
	for _, p := range l.phrases {
		at := int32(0)
		for _, w := range strings.Fields(p.text) {
			switch s, stemmed := strings.CutSuffix(w, "*"); {
			case w == "<#>":
				at = r.tree.child(at, symNumber)
			case stemmed:
				at = r.tree.child(at, sym(r.stems, s))
			default:
				for _, n := range l.normal(w) {
					at = r.tree.child(at, sym(r.lits, n))
				}
			}
		}
		r.tree.nodes[at].cues |= p.cues
	}
	r.sides = slices.Clone(sides)
	for i := range r.sides {
		s := &r.sides[i]
		s.Names = slices.Clone(s.Names)
		for _, x := range l.names {
			if x.of == s.ID {
				s.Names = append(s.Names, x.name)
			}
		}
		if s.Contest != "" {
			r.contests[s.Contest]++
		}
		for k, n := range s.Names {
			if !strings.HasPrefix(n.Text, "#") {
				r.call(i, k, n, n.Text, sym)
			}
		}
	}
	// A hashtag made of names and words that are known is read as these.
	for i := range r.sides {
		for k, n := range r.sides[i].Names {
			if tag, ok := strings.CutPrefix(n.Text, "#"); ok && r.pieces(strings.ToLower(tag), true) == nil {
				r.call(i, k, n, tag, sym)
			}
		}
	}
	r.slips = stem.Spelling(r.lits, r.stems)
	r.pool.New = func() any { return new(scratch) }
	return r
}

// call files a name of a side.
func (r *Reader) call(side, name int, n Name, text string, sym func(map[string]int32, string) int32) {
	gs, _ := letter.Fold(nil, text, limit())
	toks := letter.Tokenise(nil, gs)
	at, words, acronym := int32(0), 0, true
	for _, t := range toks {
		acronym = acronym && t.Cased
		for _, w := range r.lex.normal(t.Text) {
			at = r.tree.child(at, sym(r.lits, w))
			words++
		}
	}
	if words == 0 || words > maxPhrase {
		return
	}
	nd := &r.tree.nodes[at]
	nd.cues |= cueName
	nd.names = append(nd.names, named{side: int32(side), name: int32(name), acronym: acronym, tag: n.Text[0] == '#'})
}

// normal is a word of the lexicon as texts are read: by the same aliases.
func (l *Lexicon) normal(w string) []string {
	if std, ok := l.alias[w]; ok {
		return std
	}
	return []string{w}
}

func limit() letter.Limit { return letter.Limit{Runes: MaxBytes, Bytes: MaxBytes} }
