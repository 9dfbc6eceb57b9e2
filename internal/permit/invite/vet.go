package invite

import (
	"context"
	"slices"
	"strings"

	"netral/internal/store"
)

// gravity orders outcomes, the gravest last. What the book does not settle stands
// before a warning: somebody has to look.
func gravity(outcome string) int {
	return slices.Index([]string{"", "outside", "allowed", "conditional", "undecided", "caution", "prohibited"}, outcome)
}

// warned reports that a vetting speaks against going.
func warned(outcome string) bool { return gravity(outcome) >= gravity("undecided") }

// vet looks at an invitation as of the day of its event.
func (s *Service) vet(ctx context.Context, tx *store.Tx, x *Invitation, o *Organiser) (Vetting, error) {
	v := Vetting{At: tx.Now, On: x.Day, Stages: s.Stages(x.Day)}
	v.words(x, s.Screen)
	if err := s.book(&v, x, o); err != nil {
		return v, err
	}
	v.known(x, o)
	past, err := history(ctx, tx, o.ID, x.ID)
	if err != nil {
		return v, err
	}
	v.earlier(past)
	v.stage()
	for _, g := range v.Grounds {
		if gravity(g.Weight) > gravity(v.Outcome) {
			v.Outcome = g.Weight
		}
	}
	slices.SortStableFunc(v.Grounds, func(a, b Ground) int { return gravity(b.Weight) - gravity(a.Weight) })
	return v, nil
}

// words reads what is written: subject, venue, speakers and the text. Only what
// stands in the text is marked there; the rest is quoted.
func (v *Vetting) words(x *Invitation, screen Screen) {
	head := x.Title + "\n" + x.Venue + "\n"
	for _, sp := range x.Speakers {
		head += sp.Name + "\n"
	}
	all := head + x.Text
	r := screen(all, x.Day)
	v.Screened = r
	v.Screened.Spans = nil
	if r.Verdict == Neutral && !r.Signs {
		return
	}
	g := Ground{Kind: GroundWords, Weight: "undecided", Confidence: "INF-M",
		Title: Said{"Ada kata-kata yang perlu Anda nilai sendiri", "There are words that you have to judge yourself"},
		Law:   Said{"Imbauan KASN 11 Agustus 2023, butir 1 dan 2", "KASN advice of 11 August 2023, items 1 and 2"}}
	if r.Verdict == Partisan || r.Signs {
		g.Weight, g.Title = "caution", Said{"Kata-katanya menyebut satu pihak dalam pemilihan", "Its words name one side of an election"}
	}
	if r.Signs {
		g.Title = Said{"Kata-katanya menyebut bendera atau tanda partai atau peserta", "Its words speak of flags or signs of a party or contestant"}
	}
	var quoted []string
	for _, sp := range r.Spans {
		if sp.From >= len(head) && sp.To <= len(all) && sp.From < sp.To {
			own := Span{sp.From - len(head), sp.To - len(head), sp.Word}
			g.Quotes = append(g.Quotes, own)
			v.Screened.Spans = append(v.Screened.Spans, own)
		} else if sp.From >= 0 && sp.From < sp.To && sp.To <= len(head) {
			quoted = append(quoted, strings.TrimSpace(all[sp.From:sp.To]))
		}
	}
	g.Words = strings.Join(quoted, "; ")
	if len(g.Quotes) == 0 && g.Words == "" { // never without grounds
		return
	}
	v.Grounds = append(v.Grounds, g)
}

// book asks the conduct book: about going without a letter and with one, about
// what is asked for beside, and under which conditions one may go.
func (s *Service) book(v *Vetting, x *Invitation, o *Organiser) error {
	facts := map[string]string{"person": "pns", "act": act(x.Role), "host": host(o.Kinds), "object": "none", "party_signs": "no", "attributes": "agency", "support": "passive", "employer": "dki"}
	if v.Screened.Object != "" {
		facts["object"] = v.Screened.Object
	} else if facts["host"] == "campaign_side" {
		facts["object"] = SideParty
		if !slices.Contains(o.Kinds, Party) {
			facts["object"] = SideTeam
		}
	}
	if v.Screened.Signs {
		facts["party_signs"] = "yes"
	}
	if v.Screened.Campaign && facts["object"] != "none" && x.Role != RoleDuty {
		facts["act"] = "attend_campaign"
	}
	with, err := s.gravest(facts, v, x, "letter")
	if err != nil {
		return err
	}
	without, err := s.gravest(facts, v, x, "no")
	if err != nil {
		return err
	}
	v.Outcome, v.Without, v.Edition = with.Outcome, without.Outcome, with.Edition
	for _, r := range with.Rules {
		v.Grounds = append(v.Grounds, Ground{Kind: GroundRule, Weight: r.Outcome, Title: r.Title, Text: r.Text, Law: r.Law, Confidence: r.Confidence, Instead: r.Instead})
		v.Rules = append(v.Rules, r.Conditions...)
	}
	if err := s.requests(v, x, facts); err != nil {
		return err
	}
	return s.conditions(v, x)
}

// gravest asks for every contest that the words may be about and takes the gravest
// answer.
func (s *Service) gravest(facts map[string]string, v *Vetting, x *Invitation, mandate string) (Judged, error) {
	contests := v.Screened.Contests
	if len(contests) == 0 {
		for _, st := range v.Stages {
			contests = append(contests, st.Contest)
		}
	}
	if facts["object"] == "none" || len(contests) == 0 {
		contests = []string{""}
	}
	var worst Judged
	for i, c := range contests {
		own := map[string]string{"mandate": mandate}
		for k, f := range facts {
			own[k] = f
		}
		if c != "" {
			own["contest"] = c
		}
		j, err := s.Judge(own, x.Day)
		if err != nil {
			return Judged{}, err
		}
		if i == 0 || gravity(j.Outcome) > gravity(worst.Outcome) {
			worst = j
		}
	}
	return worst, nil
}

// requests looks at what the organiser asks for beside. Without a side in it the
// conduct book does not speak of it, and the rules of the budget do.
func (s *Service) requests(v *Vetting, x *Invitation, facts map[string]string) error {
	acts := map[string]string{AskMoney: "use_budget", AskGoods: "use_budget", AskMobilise: "mobilise", AskFacility: "use_facility", AskGreeting: "voice_support"}
	names := map[string]Said{AskMoney: {"Diminta uang", "Money is asked for"}, AskGoods: {"Diminta barang", "Goods are asked for"}, AskMobilise: {"Diminta mengerahkan orang", "Mobilising people is asked for"},
		AskFacility: {"Diminta fasilitas kantor", "Facilities of the office are asked for"}, AskGreeting: {"Diminta sambutan", "A greeting is asked for"}}
	for _, r := range x.Requests {
		g := Ground{Kind: GroundRequest, Title: names[r], Confidence: "INF-M",
			Text: Said{"Tidak ada satu pihak pun di dalamnya, jadi buku perilaku tidak melarang. Permintaan seperti ini dijawab tertulis oleh kantor, sama untuk semua.", "No side is in it, so the conduct book does not forbid it. Such requests are answered in writing by the office, alike for all."}}
		if facts["object"] != "none" {
			asked := map[string]string{"person": "pns", "act": acts[r], "object": facts["object"], "employer": "dki", "audience": "public"}
			j, err := s.gravest(asked, v, x, "letter")
			if err != nil {
				return err
			}
			g.Weight = j.Outcome
			if len(j.Rules) > 0 {
				g.Text, g.Law, g.Confidence, g.Instead = j.Rules[0].Text, j.Rules[0].Law, j.Rules[0].Confidence, j.Rules[0].Instead
			}
		}
		v.Grounds = append(v.Grounds, g)
	}
	return nil
}

// conditions are those of the rules that decide, and those that the book gives
// whoever goes to an organisation's event with a letter.
func (s *Service) conditions(v *Vetting, x *Invitation) error {
	j, err := s.Judge(map[string]string{"person": "pns", "act": "attend_event", "host": "mass_org", "object": "none", "party_signs": "no", "attributes": "agency", "mandate": "letter"}, x.Day)
	if err != nil {
		return err
	}
	for _, r := range j.Rules {
		v.Rules = append(v.Rules, r.Conditions...)
	}
	var out []Said
	for _, c := range v.Rules {
		if !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	v.Rules = out
	return nil
}

// known is what the register says of the organiser on the day of the event.
func (v *Vetting) known(x *Invitation, o *Organiser) {
	for _, a := range o.Affiliations {
		if !a.on(x.Day) {
			continue
		}
		g := Ground{Kind: GroundFact, Weight: "caution", Title: Said{"Register penyelenggara mencatat keterkaitan", "The register of organisers notes a tie"}, Words: a.Fact,
			Law: Said{a.Source, a.Source}, Confidence: a.Confidence, Instead: Said{"Tanyakan susunan acaranya dahulu; pastikan tidak ada ajakan memilih.", "Ask for the programme first; make sure that no votes are asked for."}}
		if a.Side == SideNone {
			g.Weight, g.Title, g.Instead = "", Said{"Register penyelenggara mencatat fakta yang netral", "The register of organisers notes a neutral fact"}, Said{}
		}
		v.Grounds = append(v.Grounds, g)
	}
}

// past is how the earlier events of an organiser went.
type past struct {
	Events int // with a slip of who was there
	Turned int
	Titles []string // of those that turned
}

// history counts the events of an organiser of which somebody reported, apart from
// one.
func history(ctx context.Context, tx *store.Tx, organiser, without string) (past, error) {
	var p past
	list, err := invitations(ctx, tx, `WHERE organiser = $1 AND id <> $2 AND state IN ('lettered', 'done') ORDER BY day`, organiser, without)
	if err != nil {
		return p, err
	}
	for i := range list {
		told, err := slips(ctx, tx, `WHERE at > 0 AND letter IN (SELECT id FROM permit_invite_letter WHERE invitation = $1) ORDER BY letter, person`, list[i].ID)
		if err != nil {
			return p, err
		}
		there := slices.ContainsFunc(told, func(s Slip) bool { return s.Result != Absent || s.turned() })
		if !there {
			continue
		}
		p.Events++
		if slices.ContainsFunc(told, func(s Slip) bool { return s.turned() }) {
			p.Turned++
			p.Titles = append(p.Titles, list[i].Title+" ("+list[i].Day.String()+")")
		}
	}
	return p, nil
}

func (v *Vetting) earlier(p past) {
	n, k := itoa(p.Events), itoa(p.Turned)
	switch {
	case p.Turned > 0:
		v.Grounds = append(v.Grounds, Ground{Kind: GroundHistory, Weight: "caution", Confidence: "H", Words: strings.Join(p.Titles, "; "),
			Title: Said{"Acara terdahulu penyelenggara ini pernah memihak", "Earlier events of this organiser took a side"},
			Text:  Said{k + " dari " + n + " acaranya yang dilaporkan memperlihatkan tanda partai atau menjadi kampanye.", k + " of its " + n + " events that were reported on showed party signs or became a campaign."},
			Law:   Said{"Slip kembali", "Return slips"}})
	case p.Events == 0:
		v.Grounds = append(v.Grounds, Ground{Kind: GroundHistory, Title: Said{"Belum ada acara penyelenggara ini yang dilaporkan", "No event of this organiser was reported on yet"}, Confidence: "H",
			Text: Said{"Tidak ada riwayat bukan berarti baik atau buruk.", "No history means neither good nor bad."}, Law: Said{"Slip kembali", "Return slips"}})
	default:
		v.Grounds = append(v.Grounds, Ground{Kind: GroundHistory, Title: Said{"Acara terdahulunya berjalan netral", "Its earlier events were neutral"}, Confidence: "H",
			Text: Said{n + " acaranya dilaporkan, tanpa tanda partai.", n + " of its events were reported on, without party signs."}, Law: Said{"Slip kembali", "Return slips"}})
	}
}

// stage tells which contests run on the day; it weighs nothing by itself.
func (v *Vetting) stage() {
	for _, st := range v.Stages {
		v.Grounds = append(v.Grounds, Ground{Kind: GroundStage, Confidence: "H", Title: Said{st.Name.ID + ": " + st.Word.ID, st.Name.EN + ": " + st.Word.EN},
			Text: Said{"Tahap pada hari acara, menurut kalender pemilu.", "Stage on the day of the event, by the election calendar."}, Law: Said{"Kalender pemilu", "Election calendar"}})
	}
}
