package ask

import (
	"net/http"
	"time"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/rule"
	"netral/internal/web"
)

// Gallery shows each page of the slice in each of its states.
func (s *Service) Gallery() []web.Sample {
	answer := func(key string, st state) web.Sample {
		return web.Sample{Key: "ask-answer-" + key, Draw: func(r *web.Request) web.Page { return s.sample(r, st) }}
	}
	photo := map[string]string{"act": "photo", "object": "candidate", "contest": "president"}
	return []web.Sample{
		{Key: "ask-home", Draw: func(r *web.Request) web.Page { return s.homePage(r, state{}, nil) }},
		{Key: "ask-home-wrong", Draw: func(r *web.Request) web.Page {
			st := state{Text: "boleh foto?", On: "31-02-2023", Facts: photo}
			_, err := s.Ask(r.Context(), r.Who, st.input())
			return s.homePage(r, st, fault.Of(err))
		}},
		answer("topics", state{Ask: "act"}),
		answer("acts", state{Ask: "act", Topic: "online"}),
		answer("question", state{Facts: map[string]string{"act": "attend_campaign", "object": "candidate", "contest": "president"}, Trail: []string{"act"}, On: "2023-12-01"}),
		answer("prohibited", state{Text: "bolehkah ASN berfoto bersama pasangan capres-cawapres?", On: "2023-10-19", Facts: photo}),
		answer("caution", state{Text: "dateng ke kampanye capres tp cuma diem", On: "2024-01-15", Facts: map[string]string{"act": "attend_campaign", "object": "candidate", "contest": "president", "support": "passive", "attributes": "none"}}),
		answer("conditional", state{On: "2023-10-19", Facts: map[string]string{"act": "attend_event", "host": "mass_org", "party_signs": "no", "mandate": "letter", "object": "none", "contest": "president"}}),
		answer("allowed", state{Text: "PNS boleh nyoblos?", On: "2024-02-14", Facts: map[string]string{"act": "vote", "contest": "president", "object": "none"}}),
		answer("undecided", state{On: "2023-12-01", Facts: map[string]string{"act": "attend_campaign", "object": Unknown, "contest": Unknown, "support": Unknown, "content": Unknown, "host": Unknown}}),
		answer("outside", state{Text: "berapa gaji PNS golongan 3a?", On: "2023-12-01"}),
		{Key: "ask-slip", Draw: func(r *web.Request) web.Page {
			x := s.sampleSlip(r)
			return web.Page{Title: r.T("ask.slip.title", x.Doc.Number), Nav: "/periksa", Body: slipBody(r, s, x)}
		}},
		{Key: "ask-verify", Draw: func(r *web.Request) web.Page {
			return web.Page{Title: r.T("ask.verify.title"), Nav: "/periksa", Body: verifyBody(r, "", nil)}
		}},
		{Key: "ask-verify-bad", Draw: func(r *web.Request) web.Page {
			f := fault.Of(fault.New(fault.Invalid, "ask.slip_altered"))
			return web.Page{Title: r.T("ask.verify.title"), Nav: "/periksa", Body: verifyBody(r, slipFormat+"\n", f), Status: http.StatusUnprocessableEntity}
		}},
		{Key: "ask-verify-good", Draw: func(r *web.Request) web.Page {
			v := &Verification{Slip: s.sampleSlip(r), Able: true, Same: true}
			return web.Page{Title: r.T("ask.verify.good"), Nav: "/periksa", Body: verifiedBody(r, s, v)}
		}},
		{Key: "ask-table", Draw: func(r *web.Request) web.Page {
			t, err := s.Table(r.Context(), r.Who, TableInput{On: "2023-10-19"})
			if err != nil {
				return broken(r, err)
			}
			return web.Page{Title: r.T("ask.table.title"), Nav: "/tabel", Wide: true, Body: tableBody(r, s.phrase(r), t, TableInput{Person: t.Person, On: t.On.String()}, nil)}
		}},
		{Key: "ask-book", Draw: func(r *web.Request) web.Page {
			return web.Page{Title: r.T("ask.book.title"), Nav: "/aturan", Wide: true, Body: bookBody(r, s.phrase(r))}
		}},
		{Key: "ask-rule", Draw: func(r *web.Request) web.Page {
			ru := s.Basis().Rules.Rules[0]
			return web.Page{Title: ru.Title.In(r.Lang), Nav: "/aturan", Body: ruleBody(r, s.phrase(r), ru)}
		}},
	}
}

func (s *Service) sample(r *web.Request, st state) web.Page {
	a, err := Ask(s.Basis(), st.input(), day.Of(2023, 10, 19))
	if err != nil {
		return broken(r, err)
	}
	return s.answerPage(r, st, a)
}

// broken is what a sample shows that does not fit the book in force.
func broken(r *web.Request, err error) web.Page {
	f := fault.Of(err)
	return web.Page{Title: r.Fault(f), Body: verifyBody(r, "", f)}
}

// sampleSlip is a slip as it looks; its proof is of no log.
func (s *Service) sampleSlip(r *web.Request) *Slip {
	in := Input{Text: "bolehkah ASN berfoto bersama pasangan capres-cawapres?", On: "2023-10-19", Facts: map[string]string{"act": "photo", "object": "candidate", "contest": "president"}}
	a, err := Ask(s.Basis(), in, day.Of(2023, 10, 19))
	if err != nil {
		return &Slip{Doc: SlipDoc{Number: "0000-0000-0000-0000", Outcome: rule.Undecided}}
	}
	return &Slip{Doc: a.slip("7K2M-9QXR-4TB0-HZ5W", r.Lang, true), At: time.Date(2023, 10, 19, 7, 5, 9, 0, time.UTC), Index: 203}
}
