package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/demo"
	"netral/internal/fault"
	"netral/internal/lot"
	"netral/internal/merit/callup"
	"netral/internal/merit/roster"
	"netral/internal/store"
)

// The programmes of a demonstration.
const (
	monthly   = "paparan-peraga" // four months of rounds
	quarterly = "paparan-kepala" // waits for its dice
	trial     = "uji-coba-drand" // a round of the past, with drand's own value
)

// published is a round of drand that lies in the past, as the network published
// it: the demonstration is made offline, and the value proves itself.
const (
	publishedRound     = 10024141
	publishedSignature = "8c87caf26bb4f5e9fdfad5ddf739ff8683344f8cf04a8c381225ff067557b5d9d51937eed765fcef21971bf5ddef44bb"
)

// draws tells of the call-ups: a programme in its fourth month, one that waits for
// its dice, and a trial with drand. Moments are those of the real clock, whatever
// day the demonstration is on: public randomness knows no other.
func (s *stage) draws(ctx context.Context) error {
	c := s.h.caller("")
	c.Now, c.Rand, c.Notify = s.clock.now, s.rand, nil
	if missing, err := none(second(c.Programme(ctx, monthly))); !missing {
		return err
	}
	t := &telling{stage: s, c: c, r: demo.Chance(s.cfg, 4)}
	now := s.h.now()
	fourth := now.Add(-50 * time.Hour).Truncate(time.Minute)
	for i := range 4 {
		at := fourth
		if back := 3 - i; back > 0 {
			at = day.At(fourth).AddMonths(-back).Start().Add(10 * time.Hour)
		}
		if i == 0 {
			if err := t.trial(ctx); err != nil {
				return err
			}
			s.clock.set(at.AddDate(0, 0, -1))
			if _, err := c.Change(ctx, s.head, t.rules(monthly), ""); err != nil {
				return err
			}
		}
		calls, err := t.round(ctx, monthly, at)
		if err != nil {
			return err
		}
		if i < 3 {
			err = t.past(ctx, calls, i)
		} else {
			err = t.present(ctx, calls, now)
		}
		if err != nil {
			return err
		}
		s.told(i+1, 5)
	}
	return t.waiting(ctx, now)
}

func second[T any](_ T, err error) error { return err }

// telling is the story of the call-ups while it is told.
type telling struct {
	*stage
	c *callup.Service
	r interface{ IntN(n int) int }
}

func (t *telling) rules(id string) lot.Rules {
	x := lot.Rules{
		ID: id, Title: "Paparan tugas eselon III dan IV (peraga)", Levels: []string{"administrator", "pengawas"}, Every: "month", Count: 8, By: "level", Quotas: []lot.Quota{},
		Substitutes: 6, Rest: 3, NoticeHours: 48, Exempt: []string{callup.Leave, callup.Illness}, Excuse: callup.AbsenceKinds(), Source: lot.Dice, Dice: lot.MinDice, LateHours: 72,
		Panel: 3, Questions: 3, ReplyDays: 5,
		Rubric: []lot.Criterion{{ID: "isi", Title: "Menguasai tugas jabatannya", Max: 5}, {ID: "warga", Title: "Tahu apa yang dirasakan warga", Max: 5}, {ID: "jelas", Title: "Menjelaskan dengan terang", Max: 5}},
	}
	switch id {
	case quarterly:
		x.Title, x.Levels, x.Every, x.Count, x.By, x.LateHours = "Paparan kepala perangkat daerah (peraga)", []string{"jpt_pratama"}, "quarter", 3, "all", 168
	case trial:
		x.Title, x.Every, x.Count, x.By, x.Source, x.Dice = "Uji coba undian dengan drand (peraga)", "quarter", 2, "all", lot.Drand, 0
	}
	return x
}

// dice are as many as a round wants.
func (t *telling) dice() string {
	var b strings.Builder
	for range lot.MinDice {
		b.WriteByte(byte('1' + t.r.IntN(6)))
	}
	return b.String()
}

// round seals, rolls and draws, and gives those who are called.
func (t *telling) round(ctx context.Context, id string, drawn time.Time) ([]callup.Call, error) {
	t.clock.set(drawn.Add(-2 * time.Hour))
	r, _, err := t.c.Seal(ctx, t.bkd, callup.SealInput{Programme: id, At: drawn.Add(-5 * time.Minute)})
	if err != nil {
		return nil, err
	}
	digits := t.dice()
	for i, who := range []actor.Actor{t.bkd, t.head} {
		t.clock.set(drawn.Add(time.Duration(i-1) * 2 * time.Minute))
		if r, _, err = t.c.RollDice(ctx, who, callup.DiceInput{Round: r.ID, Digits: digits, Witnesses: "Dua saksi peraga"}); err != nil {
			return nil, err
		}
	}
	return t.calls(ctx, r.ID)
}

func (t *telling) calls(ctx context.Context, round string) ([]callup.Call, error) {
	d, err := t.c.Desk(ctx, t.bkd)
	d.Calls = slices.DeleteFunc(d.Calls, func(c callup.Call) bool { return c.Round != round })
	slices.SortFunc(d.Calls, func(a, b callup.Call) int { return strings.Compare(a.ID, b.ID) })
	return d.Calls, err
}

// past brings a round of a month gone by to its end: one of the second month fell
// ill, one of the third did not come.
func (t *telling) past(ctx context.Context, calls []callup.Call, month int) error {
	for i, c := range calls {
		if month == 1 && i == 0 {
			next, err := t.ill(ctx, c, c.At.Add(20*time.Hour))
			if err != nil {
				return err
			}
			c = next
		}
		if month == 2 && i == 1 {
			t.clock.set(c.Due.Add(3 * time.Hour))
			if _, _, err := t.c.Miss(ctx, t.bkd, c.ID, "Tidak hadir dan tidak memberi kabar (peraga)."); err != nil {
				return err
			}
			continue
		}
		if err := t.whole(ctx, c, i%3 == 0); err != nil {
			return err
		}
	}
	return nil
}

// whole takes a call from the summons into the merit record.
func (t *telling) whole(ctx context.Context, c callup.Call, reply bool) error {
	if err := t.ready(ctx, &c, ""); err != nil {
		return err
	}
	if err := t.heard(ctx, c, c.Due, len(c.Panel)); err != nil {
		return err
	}
	if err := t.read(ctx, c, c.Due.Add(20*time.Hour), reply); err != nil {
		return err
	}
	t.clock.set(c.Due.AddDate(0, 0, c.Rules.ReplyDays+2))
	_, _, err := t.c.File(ctx, t.bkd, c.ID)
	return err
}

// ill writes a sick leave into the roster and excuses somebody by it; the next of
// the order steps in.
func (t *telling) ill(ctx context.Context, c callup.Call, at time.Time) (callup.Call, error) {
	on := day.At(at)
	leave := roster.Leave{Person: c.Person, Kind: "sick", Decree: "Surat keterangan sakit DEMO-" + on.String() + " (peraga)", From: on, Until: day.At(c.Due) + 3}
	if _, err := t.h.roster.Bulk(ctx, t.h.loader(), roster.Batch{Leaves: []roster.Leave{leave}}, roster.Source{Kind: "import", Name: leave.Decree}); err != nil {
		return c, err
	}
	t.clock.set(at)
	if _, _, err := t.c.Excuse(ctx, t.bkd, callup.ExcuseInput{Call: c.ID, Kind: callup.Illness}); err != nil {
		return c, err
	}
	all, err := t.calls(ctx, c.Round)
	for _, x := range all {
		if x.Instead == c.ID {
			return x, err
		}
	}
	return c, err
}

// ready acknowledges and names a panel; member, when somebody is named, sits on it
// unless they are a relative.
func (t *telling) ready(ctx context.Context, c *callup.Call, member string) error {
	t.clock.set(c.At.Add(3 * time.Hour))
	if _, _, err := t.c.Acknowledge(ctx, t.somebody(c.Person), c.ID); err != nil {
		return err
	}
	t.clock.set(c.At.Add(5 * time.Hour))
	return t.panel(ctx, c, member)
}

// panel names heads of agencies until nobody among them is a relative.
func (t *telling) panel(ctx context.Context, c *callup.Call, member string) error {
	heads, err := t.heads(ctx)
	if err != nil {
		return err
	}
	start := t.r.IntN(len(heads))
	for try := range 8 {
		var members []string
		if member != "" && member != c.Person && try < 4 {
			members = append(members, member)
		}
		for i := 0; len(members) < c.Rules.Panel && i < len(heads); i++ {
			p := heads[(start+try*c.Rules.Panel+i)%len(heads)]
			if p != c.Person && !slices.Contains(members, p) {
				members = append(members, p)
			}
		}
		var named callup.Call
		if named, _, err = t.c.NamePanel(ctx, t.bkd, callup.PanelInput{Call: c.ID, Members: members}); err == nil {
			c.Panel = named.Panel
			return nil
		}
		if f := fault.Of(err); f == nil || f.Kind != fault.Invalid {
			return err
		}
	}
	return err
}

// heads are who can sit on a panel: those of the second echelon.
func (t *telling) heads(ctx context.Context) (out []string, err error) {
	err = t.h.book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err := roster.Officials(ctx, tx, []roster.Level{roster.JPTPratama}, day.At(t.clock.now()))
		for _, o := range list {
			out = append(out, o.Person)
		}
		return err
	})
	return out, err
}

// heard opens a presentation and takes the scores of so many members, the last
// first.
func (t *telling) heard(ctx context.Context, c callup.Call, at time.Time, members int) error {
	t.clock.set(at)
	if _, _, err := t.c.Begin(ctx, t.bkd, c.ID); err != nil {
		return err
	}
	level := 3 + t.r.IntN(2)
	for i, m := range slices.Backward(c.Panel) {
		if len(c.Panel)-i > members {
			break
		}
		points := make([]int, len(c.Rules.Rubric))
		for k := range points {
			points[k] = min(c.Rules.Rubric[k].Max, max(0, level-1+t.r.IntN(3)))
		}
		t.clock.set(at.Add(time.Duration(50+len(c.Panel)-i) * time.Minute))
		if _, _, err := t.c.Score(ctx, t.somebody(m.Person), callup.ScoreInput{Call: c.ID, Points: points, Note: "Catatan peraga."}); err != nil {
			return err
		}
	}
	return nil
}

// read opens the result to whom it is about.
func (t *telling) read(ctx context.Context, c callup.Call, at time.Time, reply bool) error {
	t.clock.set(at)
	if _, _, err := t.c.Read(ctx, t.somebody(c.Person), c.ID); err != nil || !reply {
		return err
	}
	t.clock.set(at.Add(time.Hour))
	_, _, err := t.c.Reply(ctx, t.somebody(c.Person), c.ID, "Terima kasih. Dua pertanyaan menyangkut tugas yang sudah dialihkan ke bidang lain (peraga).")
	return err
}

// present leaves the round of this month under way, so that something waits for
// each role.
func (t *telling) present(ctx context.Context, calls []callup.Call, now time.Time) error {
	member, err := t.h.identity.DemoActor(ctx, "demo.kepala")
	if err != nil {
		return err
	}
	for i, c := range calls {
		switch i {
		case 0: // fell ill; whoever steps in has been summoned an hour ago
			next, err := t.ill(ctx, c, now.Add(-time.Hour))
			if err != nil {
				return err
			}
			if err := t.account(ctx, "demo.terpanggil", next.Person, "dipanggil undian"); err != nil {
				return err
			}
		case 1, 6: // waits for a member of the panel
			if err = t.ready(ctx, &c, member.Person); err == nil {
				err = t.heard(ctx, c, c.Due, c.Rules.Panel-1)
			}
		case 2: // waits for the official to read
			if err = t.ready(ctx, &c, ""); err == nil {
				err = t.heard(ctx, c, c.Due, c.Rules.Panel)
			}
			if err == nil {
				err = t.account(ctx, "demo.dinilai", c.Person, "sudah memaparkan")
			}
		case 3: // waits to be filed
			if err = t.ready(ctx, &c, ""); err == nil {
				err = t.heard(ctx, c, c.Due.Add(-50*time.Minute), c.Rules.Panel)
			}
			if err == nil {
				err = t.read(ctx, c, c.Due.Add(30*time.Minute), true)
			}
		case 4: // waits for its panel
			t.clock.set(c.At.Add(3 * time.Hour))
			_, _, err = t.c.Acknowledge(ctx, t.somebody(c.Person), c.ID)
		default: // waits to be opened
			err = t.ready(ctx, &c, "")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// trial is a round of a day gone by on which drand's own value decided.
func (t *telling) trial(ctx context.Context) error {
	at := t.c.Chain.At(publishedRound)
	t.clock.set(at.Add(-26 * time.Hour))
	if _, err := t.c.Change(ctx, t.head, t.rules(trial), ""); err != nil {
		return err
	}
	t.clock.set(at.Add(-2 * time.Hour))
	r, _, err := t.c.Seal(ctx, t.bkd, callup.SealInput{Programme: trial, Beacon: publishedRound, At: at})
	if err != nil {
		return err
	}
	t.clock.set(at.Add(time.Minute))
	if r, _, err = t.c.Beacon(ctx, actor.Anonymous("page", "id"), callup.BeaconInput{Round: r.ID, Number: publishedRound, Signature: publishedSignature}); err != nil {
		return err
	}
	calls, err := t.calls(ctx, r.ID)
	for i := 0; err == nil && i < len(calls); i++ {
		err = t.whole(ctx, calls[i], false)
	}
	return err
}

// waiting is a round whose dice can be rolled: by the personnel office and the
// governor, who must type the same.
func (t *telling) waiting(ctx context.Context, now time.Time) error {
	t.clock.set(now.Add(-4 * time.Hour))
	if _, err := t.c.Change(ctx, t.head, t.rules(quarterly), ""); err != nil {
		return err
	}
	_, _, err := t.c.Seal(ctx, t.bkd, callup.SealInput{Programme: quarterly, At: now.Add(-time.Hour)})
	return err
}
