package ask

import (
	"net/url"
	"slices"
	"strings"

	"netral/internal/rule"
)

// state is what a person has said so far. It travels in the body of each form,
// so that nothing is kept here, nothing stands in an address, and going back
// loses nothing.
type state struct {
	Text  string
	On    string
	Facts map[string]string // given: by answering, by changing a chip
	Trail []string          // facts in the order in which they were answered
	Topic string            // of the act, while it is being chosen
	Ask   string            // fact whose question is shown on purpose
}

// Fields of the form.
const (
	fieldText  = "t"
	fieldOn    = "d"
	fieldFact  = "f." // and the fact's name
	fieldTrail = "jejak"
	fieldTopic = "topik"
	fieldGo    = "ke" // what the button does, see step
	fieldWords = "kata"
)

func stateOf(v url.Values) state {
	s := state{Text: v.Get(fieldText), On: strings.TrimSpace(v.Get(fieldOn)), Facts: map[string]string{}, Topic: v.Get(fieldTopic)}
	for name := range v {
		if f, ok := strings.CutPrefix(name, fieldFact); ok && v.Get(name) != "" {
			s.Facts[f] = v.Get(name)
		}
	}
	for f := range strings.SplitSeq(v.Get(fieldTrail), ",") {
		if _, given := s.Facts[f]; given && !slices.Contains(s.Trail, f) {
			s.Trail = append(s.Trail, f)
		}
	}
	// What has just been answered is not on the trail yet.
	var fresh []string
	for f := range s.Facts {
		if !slices.Contains(s.Trail, f) {
			fresh = append(fresh, f)
		}
	}
	slices.Sort(fresh)
	s.Trail = append(s.Trail, fresh...)
	for _, move := range v[fieldGo] {
		s.step(move)
	}
	return s
}

// step does what a button asks for: "tanya:FACT" shows a question, "mundur" the
// one answered last, "isi:FACT=VALUE" sets a fact, "hari:DAY" the day.
func (s *state) step(move string) {
	what, arg, _ := strings.Cut(move, ":")
	switch what {
	case "tanya":
		s.Ask = arg
	case "mundur":
		if n := len(s.Trail); n > 0 {
			s.Ask, s.Trail = s.Trail[n-1], s.Trail[:n-1]
		}
	case "isi":
		for change := range strings.SplitSeq(arg, ";") {
			if f, v, ok := strings.Cut(change, "="); ok {
				s.Facts[f] = v
				if !slices.Contains(s.Trail, f) {
					s.Trail = append(s.Trail, f)
				}
			}
		}
	case "hari":
		s.On = arg
	}
}

// values are the hidden fields that carry the state, without the named facts.
func (s state) values(but ...string) url.Values {
	v := url.Values{}
	if s.Text != "" {
		v.Set(fieldText, s.Text)
	}
	if s.On != "" {
		v.Set(fieldOn, s.On)
	}
	for f, x := range s.Facts {
		if !slices.Contains(but, f) {
			v.Set(fieldFact+f, x)
		}
	}
	if len(s.Trail) > 0 {
		v.Set(fieldTrail, strings.Join(s.Trail, ","))
	}
	return v
}

// shown are the values together with what the page shows just now, so that it
// can be drawn again in the other language.
func (s state) shown() url.Values {
	v := s.values()
	if s.Ask != "" {
		v.Set(fieldGo, "tanya:"+s.Ask)
	}
	if s.Topic != "" {
		v.Set(fieldTopic, s.Topic)
	}
	return v
}

// input is the state as a question.
func (s state) input() Input { return Input{Text: s.Text, On: s.On, Facts: s.Facts} }

// next is the fact to ask: the one asked for, else the most decisive that is
// missing and not said to be unknown; "" when there is nothing to ask.
func (s state) next(a *Answer) string {
	if f, ok := a.basis.Rules.Fact(s.Ask); ok && !f.Derived {
		return s.Ask
	}
	if a.Outcome != rule.Undecided {
		return ""
	}
	for _, f := range a.Missing {
		if s.Facts[f] != Unknown {
			return f
		}
	}
	return ""
}
