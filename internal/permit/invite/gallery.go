package invite

import (
	"net/url"
	"strings"
	"time"

	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/web"
)

// Gallery is the pages in each of their states, of made-up people.
func Gallery() []web.Sample {
	page := func(key string, draw func(*web.Request) web.Page) web.Sample {
		return web.Sample{Key: "invite-" + key, Draw: draw}
	}
	work := func(key, state string, change func(*workView)) web.Sample {
		return page("work-"+key, func(r *web.Request) web.Page {
			v := workView{formView{r: r, form: url.Values{}}, sampleWork(state)}
			change(&v)
			return workOf(v)
		})
	}
	nothing := func(*workView) {}
	out := []web.Sample{
		page("board", func(r *web.Request) web.Page {
			w := sampleWork(Entered)
			l := Line{Invitation: w.Invitation, Organiser: w.Organiser.Name}
			return boardOf(boardView{r, Board{Trays: map[string][]Line{TrayDecide: {l}, TrayMine: {l}}, Done: []Line{l}, Enter: true, Cut: true, Links: []string{"desk", "patterns"}}})
		}),
		page("board-none", func(r *web.Request) web.Page { return boardOf(boardView{r, Board{Enter: true}}) }),
		page("enter", func(r *web.Request) web.Page {
			return enterOf(enterView{formView: formView{r: r, form: url.Values{"role": {RoleAttend}, "channel": {"letter"}}}})
		}),
		page("enter-wrong", func(r *web.Request) web.Page {
			f := fault.Of(fault.Fields{{Name: "day", Key: "invite.check.gone", Args: []any{day.Of(2023, 11, 19), day.Of(2023, 11, 20)}}, {Name: "invited", Key: "invite.check.person", Args: []any{"1970"}}}.Err())
			return enterOf(enterView{formView: formView{r, url.Values{"title": {"Pengajian bulanan"}, "day": {"2023-11-19"}, "invited": {"1970"}}, f}})
		}),
		work("entered", Entered, nothing),
		work("other", Entered, func(v *workView) { v.w.Hand, v.w.Mine = Hand{}, true }),
		work("related", Entered, func(v *workView) {
			v.w.Hand = Hand{}
			v.w.Refused = fault.Of(fault.New(fault.Denied, "invite.power.conflict", Said{"ipar", "brother-in-law"}, "Teddy Robi", Said{"Sekretaris Daerah", "Sekretaris Daerah"}))
			v.w.Steps[0].Skip = Said{"Pejabatnya punya hubungan keluarga.", "The official is a relative."}
		}),
		work("twice", Disposed, func(v *workView) {
			v.form = url.Values{"do": {"dispose"}, "dispose-verdict": {Decline}, "dispose-instruction": {"Jangan hadir"}}
			v.fault = fault.Of(fault.New(fault.Conflict, keyTwice, "Rina Wulandari", clockTime(v.w.Dispositions[0].At), verdictWord(Go)))
		}),
		work("disposed", Disposed, func(v *workView) { v.w.Back = true }),
		work("read", Lettered, func(v *workView) { v.w.Hand, v.w.Read = Hand{}, true }),
		work("lettered", Lettered, nothing),
		work("withdrawn", Withdrawn, func(v *workView) { v.w.Hand, v.w.Why = Hand{}, "Panitia membatalkan acaranya" }),
		page("slip", func(r *web.Request) web.Page {
			return slipPageOf(slipView{formView{r: r, form: url.Values{}}, sampleLetter(Assignment), Slip{Due: day.Of(2023, 12, 5)}})
		}),
		page("slip-done", func(r *web.Request) web.Page {
			return slipPageOf(slipView{formView{r: r, form: url.Values{}}, sampleLetter(Assignment), sampleSlip()})
		}),
		page("check", func(r *web.Request) web.Page { return checkOf(checkView{formView: formView{r: r}}) }),
		page("organisers", func(r *web.Request) web.Page {
			return organisersOf(organisersView{formView{r: r, form: url.Values{}}, []Organiser{sampleWork(Entered).Organiser}, true})
		}),
		page("organisers-none", func(r *web.Request) web.Page {
			return organisersOf(organisersView{formView: formView{r: r, form: url.Values{}}})
		}),
		page("organiser", func(r *web.Request) web.Page {
			w := sampleWork(Entered)
			return organiserOf(organiserView{formView{r: r, form: url.Values{}}, OrganiserView{Organiser: w.Organiser, Past: past{3, 1, []string{"Senam lansia (2023-11-01)"}}, Change: true, Events: []Invitation{w.Invitation}}})
		}),
		page("patterns", func(r *web.Request) web.Page {
			u := sampleUnit()
			return patternsOf(r, Patterns{Organisers: []Pattern{{ID: "a", Name: "Paguyuban Warga Sehat", Events: 3, Turned: 1, Unheard: 1}}, Quiet: 4, Offices: []Silence{{Unit: u, Letters: 6, Due: 6, Missing: 6}}, Prompt: 2},
				[]Register{{Office: u.ID, Unit: u, Year: 2023, Last: 12, Letters: 9, Offline: 1, Free: 2, Void: 1}, {Office: "x", Year: 2023, Last: 3, Letters: 2, Gaps: []int{2}}})
		}),
		page("patterns-none", func(r *web.Request) web.Page { return patternsOf(r, Patterns{Quiet: 3, Prompt: 2}, nil) }),
		page("desk", func(r *web.Request) web.Page {
			w := sampleWork(Entered)
			return deskOf(deskView{formView{r: r, form: url.Values{}}, Desk{[]DeskOffice{{Seat: w.Steps[0].Seat, Hand: w.Hand, Register: Register{Year: 2023, Last: 5, Letters: 1, Free: 3, Void: 1, Recent: []Letter{sampleLetter(Assignment)}}, Reserves: []Sheet{sampleSheet()},
				Lent: []Delegation{{ID: "d", From: day.Of(2023, 11, 20), Until: day.Of(2023, 11, 25), Mandate: Mandate{Name: "Sri Lestari", Paper: "M-7"}}}}}}})
		}),
		page("reserve", func(r *web.Request) web.Page {
			return reserveOf(reserveView{formView: formView{r: r, form: url.Values{"role": {RoleAttend}}}, sh: sampleSheet(), base: "https://netral.invalid"})
		}),
		page("reserve-twice", func(r *web.Request) web.Page {
			f := fault.Of(fault.New(fault.Conflict, keyReserveTwice, "2/ST/Jakpus/2023", "Rapat warga", day.Of(2023, 11, 22), "/kantor/surat/contoh"))
			return reserveOf(reserveView{formView: formView{r, url.Values{"do": {"reconcile"}, "number": {"2"}, "task": {"Mewakili kecamatan"}}, f}, sh: sampleSheet(), base: "https://netral.invalid"})
		}),
		page("forms", func(r *web.Request) web.Page {
			return formsOf(reserveView{formView: formView{r: r}, sh: sampleSheet(), base: "https://netral.invalid"})
		}),
	}
	for _, state := range PublicStates() {
		out = append(out, page("found-"+state, func(r *web.Request) web.Page {
			f := Finding{State: state, Code: "3f7k2m9q4r8t1v5x"}
			switch state {
			case PublicUnknown:
			case PublicReserved, PublicVoid:
				sh := sampleSheet()
				f.Number, f.Sheet = &sh.Numbers[0], &sh.Reserve
			default:
				l := sampleLetter(Assignment)
				f.Letter = &l
			}
			if state == PublicAltered {
				f.Why, f.File = "invite.altered.file", &Checked{Signed: true, Signer: "Kota Administrasi Jakarta Pusat"}
			}
			if state == PublicSuperseded {
				f.Next = f.Letter
			}
			return checkOf(checkView{formView{r: r}, &f})
		}))
	}
	for _, kind := range []string{Assignment, Refusal} {
		out = append(out, page("letter-"+kind, func(r *web.Request) web.Page {
			l := sampleLetter(kind)
			return letterOf(letterView{formView{r: r, form: url.Values{}}, LetterView{Letter: l, Public: PublicValid, Slips: []Slip{sampleSlip(), {Person: "p", Due: day.Of(2023, 12, 5)}}, Names: map[string]string{"p": "Budi Santoso"}, Mine: true, Revoke: true, Paper: kind == Assignment, Entry: ledger.Record{Index: 12}, Today: day.Of(2023, 12, 3)}}, "https://netral.invalid")
		}))
	}
	return out
}

func sampleUnit() Unit {
	return Unit{ID: "kota", Name: "Kota Administrasi Jakarta Pusat", Short: "Jakpus", Kind: "kota_administrasi", Area: "31.71"}
}

func sampleHand() Hand {
	return Hand{Person: "w", Name: "Rina Wulandari", NIP: "197001011990012001", Grade: "IV/c", Title: "Wali Kota Jakarta Pusat", Kind: Definitive, Unit: sampleUnit()}
}

func sampleSlip() Slip {
	return Slip{Person: "p", Due: day.Of(2023, 12, 5), At: time.Date(2023, 12, 3, 2, 0, 0, 0, time.UTC), Report: Report{Result: LeftIt, Why: WhySigns, Time: "20:05", Signs: true, Picture: "asked"}}
}

func sampleLetter(kind string) Letter {
	l := Letter{ID: "3f7k2m9q4r8t1v5x", Kind: kind, Office: "kota", Year: 2023, Number: 12, Invitation: "contoh", State: Valid, Day: day.Of(2023, 11, 21), Until: day.Of(2023, 12, 2), Sum: strings.Repeat("0a", 32)}
	l.Content = Content{Code: l.ID, Kind: kind, No: "12/ST/Jakpus/2023", Day: l.Day, Until: l.Until, Hand: sampleHand(), Organiser: "Majelis Taklim Al-Ikhlas", Ref: "07/MT/XI/2023", Title: "Pengajian bulanan", On: l.Until, From: "19:30", To: "21:00", Venue: "Masjid Al-Ikhlas", Role: RoleAttend,
		Basis: "Hadir, laporkan singkat", Task: "memberi salam", People: []Named{{"p", "Budi Santoso", "198003102005011002", "III/d", "Camat Gambir"}}, Conditions: []Said{{"Pulang bila muncul bendera partai.", "Leave when party flags appear."}}, Replaces: "11/ST/Jakpus/2023", Offline: "paper"}
	return l
}

func sampleSheet() Sheet {
	r := Reserve{ID: "contoh", Office: "kota", Year: 2023, First: 2, Last: 4, Day: day.Of(2023, 11, 20), Terms: Terms{Unit: sampleUnit(), Title: "Wali Kota Jakarta Pusat", Holder: "Rina Wulandari"}}
	l := sampleLetter(Assignment)
	return Sheet{r, []Number{{"kota", 2023, 2, "contoh", "3f7k2m9q4r8t1v5y", Free, "", ""}, {"kota", 2023, 3, "contoh", l.ID, Used, l.ID, ""}, {"kota", 2023, 4, "contoh", "3f7k2m9q4r8t1v5z", Void, "", "Formulir rusak"}}, map[string]Letter{l.ID: l}}
}

func sampleWork(state string) Work {
	text := "Kami mengundang Bapak Camat hadir.\nPanitia membawa bendera partai."
	from := strings.Index(text, "bendera partai")
	x := Invitation{ID: "contoh", State: state, Version: 3, Organiser: "o", Day: day.Of(2023, 12, 2), Unit: "gambir", Papers: Papers{Title: "Pengajian bulanan", From: "19:30", To: "21:00", Venue: "Masjid Al-Ikhlas", Text: text, Role: RoleAttend, Requests: []string{AskFacility}, Invited: []string{"p"}, Channel: "letter", Received: day.Of(2023, 11, 20), Person: "p", Last: "invite.last.entered",
		Speakers: []Speaker{{Name: "Ustaz Hasan"}}, Vetting: Vetting{At: time.Date(2023, 11, 20, 3, 0, 0, 0, time.UTC), On: day.Of(2023, 12, 2), Edition: "id-asn 2026-1", Outcome: "caution", Without: "caution", Rules: []Said{{"Pulang bila muncul bendera partai.", "Leave when party flags appear."}},
			Grounds: []Ground{{Kind: GroundWords, Weight: "caution", Title: Said{"Kata-katanya menyebut bendera partai", "Its words speak of party flags"}, Quotes: []Span{{from, from + len("bendera partai"), Said{"tanda partai", "party sign"}}}, Words: "balai berhias", Text: Said{"Bacalah sendiri.", "Read it yourself."}, Law: Said{"Imbauan KASN 2", "KASN advice 2"}, Confidence: "H", Instead: Said{"Tanyakan dahulu.", "Ask first."}}, {Kind: GroundStage, Title: Said{"Pilpres: kampanye", "President: campaign"}}}}}}
	hand := sampleHand()
	w := Work{Invitation: x, Organiser: Organiser{ID: "o", Version: 2, Group: Group{Name: "Majelis Taklim Al-Ikhlas", Kinds: []string{Religious, MassOrg}, Contact: "Hasan, 0812", Affiliations: []Affiliation{{ID: "f", Fact: "Ketuanya calon anggota dewan", Side: SideCandidate, Source: "DCT KPU", From: day.Of(2023, 11, 3), Until: day.None, Confidence: "H"}}}},
		Names: map[string]string{"p": "Budi Santoso, Camat Gambir"}, Hand: hand, Today: day.Of(2023, 11, 20),
		Steps: []Step{{Seat: Seat{Title: "Wali Kota Jakarta Pusat", Unit: sampleUnit(), Holders: []Holder{{Person: "w", Name: "Rina Wulandari", Kind: Definitive}}}, Way: Way{Text: Said{"Perangkat kota: wali kota.", "Offices of a city: the mayor."}, Law: Said{"KASN 1", "KASN 1"}, Confidence: "M"}}, {Seat: Seat{Title: "Sekretaris Daerah"}}}}
	if state == Disposed || state == Lettered {
		w.Dispositions = []Disposition{{ID: "d", State: "live", At: time.Date(2023, 11, 20, 4, 0, 0, 0, time.UTC), Person: "w", Decision: Decision{Verdict: Go, Instruction: "Hadir, laporkan singkat", People: []string{"p"}, Deadline: day.Of(2023, 12, 2), Why: "Diminta pimpinan", Hand: hand}}}
	}
	if state == Lettered {
		w.Letters = []Letter{sampleLetter(Assignment)}
	}
	return w
}
