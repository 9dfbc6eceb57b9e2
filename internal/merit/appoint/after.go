package appoint

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"netral/internal/actor"
	"netral/internal/day"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// Aftercare is what each person accepts, and what follows their appointment.
type Aftercare struct {
	About string     `json:"about"`
	Pact  Pact       `json:"pact"`
	Tasks []TaskRule `json:"tasks"`
}

// Pact is the text of the integrity pact.
type Pact struct {
	Version string `json:"version"`
	Title   Said   `json:"title"`
	Points  []Said `json:"points"`
}

// Sum is the SHA-256 of the text, by which the record says what was accepted.
func (p *Pact) Sum() string {
	var b strings.Builder
	b.WriteString(p.Version + "\n" + p.Title.ID + "\n" + p.Title.EN + "\n")
	for _, x := range p.Points {
		b.WriteString(x.ID + "\n" + x.EN + "\n")
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}

// The owners of what follows: the appointed person, the head of the receiving
// unit, the personnel office.
const (
	OwnPerson    = "person"
	OwnUnit      = "unit"
	OwnPersonnel = "personnel"
)

// TaskDuty is the kind of the statement of taking up duty (SPMT).
const TaskDuty = "duty"

// TaskKinds lists what can follow.
func TaskKinds() []string { return []string{TaskDuty, "handover", "data", "access", "training"} }

// TaskRule says what follows an appointment.
type TaskRule struct {
	Kind       string   `json:"kind"`
	Owner      string   `json:"owner"`
	Days       int      `json:"days"` // after the effective date
	Levels     []string `json:"levels,omitempty"`
	Kinds      []string `json:"kinds,omitempty"` // of transition
	Confidence string   `json:"confidence"`
	Text       Said     `json:"text"`
}

// LoadAftercare reads a file of aftercare.
func LoadAftercare(fsys fs.FS, name string) (*Aftercare, error) {
	raw, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, err
	}
	var a Aftercare
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&a); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if a.Pact.Version == "" || len(a.Pact.Points) == 0 {
		return nil, fmt.Errorf("%s: the pact is not complete", name)
	}
	for i, t := range a.Tasks {
		if !slices.Contains(TaskKinds(), t.Kind) || !slices.Contains([]string{OwnPerson, OwnUnit, OwnPersonnel}, t.Owner) || t.Days < 1 || t.Text.ID == "" || t.Text.EN == "" || !slices.Contains(confidences(), t.Confidence) {
			return nil, fmt.Errorf("%s: task %d (%q) is not complete", name, i+1, t.Kind)
		}
	}
	return &a, nil
}

// Accepted says that somebody accepted the pact.
type Accepted struct {
	Version string    `json:"version"`
	SHA256  string    `json:"sha256"`
	At      time.Time `json:"at"`
	Self    bool      `json:"self"` // else the office has it on paper
}

// AcceptPact is the person accepting the pact themselves, in the version that they
// read.
func (s *Service) AcceptPact(ctx context.Context, who actor.Actor, batch, post, version string) error {
	_, err := s.pact(ctx, who, batch, []string{post}, version, true)
	return err
}

// PactMany writes down that several have signed the pact on paper.
func (s *Service) PactMany(ctx context.Context, who actor.Actor, batch string, posts []string) (Roll, error) {
	if err := s.allow(who, ActOath, Resource{Type: "batch", ID: batch}); err != nil {
		return Roll{}, err
	}
	return s.pact(ctx, who, batch, posts, s.After.Pact.Version, false)
}

func (s *Service) pact(ctx context.Context, who actor.Actor, batch string, posts []string, version string, self bool) (Roll, error) {
	var c checker
	c.some(posts)
	c.Add(version == s.After.Pact.Version, "version", "appoint.pact.version", clip(version), s.After.Pact.Version)
	if err := c.Err(); err != nil {
		return Roll{}, err
	}
	var out Roll
	_, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		out = Roll{}
		b, err := batchByID(ctx, tx, batch)
		if err != nil {
			return ledger.Entry{}, err
		}
		if b.State != Signed && b.State != Done {
			return ledger.Entry{}, fault.New(fault.Conflict, "appoint.state."+b.State)
		}
		mark := Accepted{version, s.After.Pact.Sum(), tx.Now, self}
		var done []Pair
		var lines []string
		for _, post := range posts {
			p, err := proposalFor(ctx, tx, b.ID, post)
			if err != nil {
				return ledger.Entry{}, err
			}
			if self && (who.Person == "" || who.Person != p.Person) {
				return ledger.Entry{}, fault.New(fault.Denied, "appoint.pact.own")
			}
			if p.Pact != nil && p.Pact.Version == version {
				out.Again++
				continue
			}
			p.Pact = &mark
			if err := updateProposal(ctx, tx, b.ID, p); err != nil {
				return ledger.Entry{}, err
			}
			done = append(done, Pair{p.Person, p.Post})
			lines = append(lines, done[len(done)-1].line())
		}
		if out.Done = len(done); out.Done == 0 {
			return ledger.Entry{}, errAgain
		}
		names, err := listed(done, lines)
		return ledger.Entry{Kind: "merit.appoint.pactaccepted", Subject: "batch:" + b.ID, Detail: map[string]any{"batch": b.ID, "who": names, "version": version, "sha256": mark.SHA256, "self": self}}, err
	})
	return out, again(err)
}

// Task is something that follows an appointment.
type Task struct {
	Batch  string   `json:"batch"`
	Post   string   `json:"post"`
	Kind   string   `json:"kind"`
	Owner  string   `json:"owner"`
	Person string   `json:"person"`
	Due    day.Day  `json:"due"`
	Done   day.Day  `json:"done"`
	Units  []string `json:"-"`
	TaskBody
}

// TaskBody is what is kept of a task besides.
type TaskBody struct {
	Name   string `json:"name"`  // of the person
	Title  string `json:"title"` // of the post
	Number string `json:"number,omitempty"`
	Note   string `json:"note,omitempty"`
	By     string `json:"by,omitempty"`
}

// Late says whether a task is open beyond its day.
func (t *Task) Late(today day.Day) bool { return t.Done == day.None && t.Due < today }

// begin writes down what follows the appointments of a batch that took effect.
func (s *Service) begin(ctx context.Context, tx *store.Tx, b *Batch, going []Proposal) error {
	if s.After == nil {
		return nil
	}
	for i := range going {
		p := &going[i]
		units, err := s.Place(ctx, tx, p.Post, b.Effective)
		if err != nil {
			return err
		}
		for _, r := range s.After.Tasks {
			if len(r.Levels) > 0 && !slices.Contains(r.Levels, p.Row.Level) || len(r.Kinds) > 0 && !slices.Contains(r.Kinds, p.Row.Kind) {
				continue
			}
			t := Task{Batch: b.ID, Post: p.Post, Kind: r.Kind, Owner: r.Owner, Person: p.Person, Due: b.Effective + day.Day(r.Days), Done: day.None, Units: units, TaskBody: TaskBody{Name: p.Row.Name, Title: p.Row.Title}}
			if err := insertTask(ctx, tx, &t); err != nil {
				return err
			}
		}
	}
	return nil
}

// mayFollow says whether somebody may close a task. Nobody states of themselves
// that they took up their duty.
func (s *Service) mayFollow(who actor.Actor, t *Task) error {
	res := Resource{Type: "batch", ID: t.Batch}
	if t.Owner == OwnPerson && who.Person != "" && who.Person == t.Person {
		return s.allow(who, ActExtract, Resource{Type: "batch", ID: t.Batch, Attrs: map[string]any{"person": t.Person}})
	}
	if t.Owner != OwnUnit {
		return s.allow(who, ActPrepare, res)
	}
	if who.Person != "" && who.Person == t.Person {
		return fault.New(fault.Denied, "appoint.task.own")
	}
	if len(t.Units) > 0 {
		res.Attrs = map[string]any{"unit": t.Units[len(t.Units)-1], "unitPath": t.Units}
	}
	return s.allow(who, ActDuty, res)
}

// FollowInput says that something was done for several people.
type FollowInput struct {
	Batch  string
	Kind   string // one of TaskKinds
	Posts  []string
	Date   day.Day
	Number string // of the statement
	Note   string // needed when it is late
}

// Follow closes tasks: all of them or none. A statement of taking up duty bears
// the day on which the person began, not before the effective date.
func (s *Service) Follow(ctx context.Context, who actor.Actor, in FollowInput) (Roll, error) {
	var c checker
	today := day.At(s.Now())
	c.some(in.Posts)
	c.Add(slices.Contains(TaskKinds(), in.Kind), "kind", "appoint.check.one", clip(in.Kind), TaskKinds())
	c.past("date", in.Date, today)
	c.optional("number", in.Number, maxShort)
	c.optional("note", in.Note, maxLong)
	if err := c.Err(); err != nil {
		return Roll{}, err
	}
	var out Roll
	_, err := s.Book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		out = Roll{}
		b, err := batchByID(ctx, tx, in.Batch)
		if err != nil {
			return ledger.Entry{}, err
		}
		if in.Date < b.Effective {
			return ledger.Entry{}, fault.Fields{{Name: "date", Key: "appoint.task.early", Args: []any{in.Date, b.Effective}}}.Err()
		}
		var done []string
		for _, post := range in.Posts {
			t, err := taskOf(ctx, tx, in.Batch, post, in.Kind)
			if err != nil {
				return ledger.Entry{}, err
			}
			if err := s.mayFollow(who, t); err != nil {
				return ledger.Entry{}, err
			}
			if t.Done != day.None {
				out.Again++
				continue
			}
			if in.Date > t.Due && strings.TrimSpace(in.Note) == "" {
				return ledger.Entry{}, fault.Fields{{Name: "note", Key: "appoint.task.late", Args: []any{t.Name, t.Due, in.Date}}}.Err()
			}
			t.Done, t.Number, t.Note, t.By = in.Date, strings.TrimSpace(in.Number), strings.TrimSpace(in.Note), who.ID
			if err := updateTask(ctx, tx, t); err != nil {
				return ledger.Entry{}, err
			}
			done = append(done, post)
		}
		if out.Done = len(done); out.Done == 0 {
			return ledger.Entry{}, errAgain
		}
		names, err := listed(done, done)
		return ledger.Entry{Kind: "merit.appoint.followed", Subject: "batch:" + b.ID, Detail: map[string]any{"batch": b.ID, "kind": in.Kind, "posts": names, "date": in.Date, "number": in.Number, "note": in.Note}}, err
	})
	return out, again(err)
}

// again is no error: nothing had to be written.
func again(err error) error {
	if errors.Is(err, errAgain) {
		return nil
	}
	return err
}
