package vault

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"time"

	"filippo.io/age"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// Opening is one look at a sealed value, or an attempt.
type Opening struct {
	N          int64
	At         time.Time
	Actor      string
	Place      Place
	Opened     bool
	ProblemKey string // key of a message; empty when opened
	Reason     string
}

// Openings are the looks at a row, newest first: who has read what about me.
// before is the N of the last one seen, 0 at first.
func (v *Vault) Openings(ctx context.Context, table, row string, before int64, n int) (all []Opening, err error) {
	if before <= 0 {
		before = 1 << 62
	}
	err = v.book.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		all, err = openings(ctx, tx, table, row, before, n)
		return err
	})
	return all, err
}

// decrypt opens a small sealed value. The mark comes first: what it does not
// cover is not even tried.
func (v *Vault) decrypt(p Place, sealed []byte, ids []age.Identity) ([]byte, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	head, rest, err := split(sealed)
	if err != nil {
		return nil, err
	}
	body, mark := rest[:len(rest)-markSize], rest[len(rest)-markSize:]
	sum := sha256.Sum256(body)
	if err := v.keys.checkMark(p, sum[:], mark); err != nil {
		return nil, err
	}
	o, err := v.opener(p, head, bytes.NewReader(rest), ids)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(o)
}

// openingDetail is what the ledger keeps of a look.
type openingDetail struct {
	Places  []string `json:"places"`
	Reason  string   `json:"reason"`
	Problem string   `json:"problem,omitempty"`
	File    bool     `json:"file,omitempty"`
}

// record writes down a look, successful or not. Nothing is given out before it
// is durable.
func (v *Vault) record(ctx context.Context, who actor.Actor, places []Place, why string, problem error, file bool) error {
	d := openingDetail{Reason: why, File: file}
	kind := "foundation.vault.opened"
	if problem != nil {
		kind = "foundation.vault.refused"
		d.Problem = fault.Of(problem).Key
	}
	for _, p := range places {
		d.Places = append(d.Places, p.String())
	}
	subject := ""
	if len(places) == 1 {
		subject = "sealed:" + places[0].String()
	}
	_, err := v.book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		for _, p := range places {
			if err := insertOpening(ctx, tx, Opening{Actor: who.ID, Place: p, Opened: problem == nil, ProblemKey: d.Problem, Reason: why}); err != nil {
				return ledger.Entry{}, err
			}
		}
		return ledger.Entry{Kind: kind, Subject: subject, Detail: d}, nil
	})
	return err
}

// Open opens a sealed value for a reason of at least ten characters. The look
// is recorded before anything is given out, and also when it fails.
func (v *Vault) Open(ctx context.Context, h *Holder, p Place, sealed []byte, why string) ([]byte, error) {
	why, err := checkReason(why)
	if err != nil {
		return nil, err
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	ids, err := h.identities()
	var plain []byte
	if err == nil {
		plain, err = v.decrypt(p, sealed, ids)
	}
	problem := explain(err)
	if err := v.record(ctx, h.who, []Place{p}, why, problem, false); err != nil {
		return nil, err
	}
	if problem != nil {
		return nil, problem
	}
	return plain, nil
}

// OpenFrom opens a large file: head from the row, body and mark from src. It
// holds 128 KB at a time. Each piece that it gives was checked on its own; that
// nothing is missing and that the file was sealed by this house is known at
// io.EOF. A reader that ends in another error has given a part of something
// else: discard it.
func (v *Vault) OpenFrom(ctx context.Context, h *Holder, p Place, head []byte, src io.Reader, why string) (io.Reader, error) {
	why, err := checkReason(why)
	if err != nil {
		return nil, err
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	ids, err := h.identities()
	var o *opener
	if err == nil {
		o, err = v.opener(p, head, src, ids)
	}
	problem := explain(err)
	if err := v.record(ctx, h.who, []Place{p}, why, problem, true); err != nil {
		return nil, err
	}
	if problem != nil {
		return nil, problem
	}
	return &stream{o: o, fail: func(err error) error {
		problem := explain(err)
		if err := v.record(context.WithoutCancel(ctx), h.who, []Place{p}, why, problem, true); err != nil {
			return err
		}
		return problem
	}}, nil
}

// stream is an opener that tells the ledger when a file turns out bad.
type stream struct {
	o    *opener
	fail func(error) error
	err  error
}

func (s *stream) Read(b []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.o.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = s.fail(err)
	}
	s.err = err
	return n, err
}

// Rewrap gives a sealed value other readers: the content stays as it is, the
// key to it is sealed anew. It is recorded with its reason like a look, for
// whoever may choose the readers may read. Store the result in place of the old
// value, in a Write that asks to.Current.
func (v *Vault) Rewrap(ctx context.Context, h *Holder, p Place, sealed []byte, to Readers, why string) ([]byte, error) {
	head, rest, err := split(sealed)
	if err == nil {
		body, mark := rest[:len(rest)-markSize], rest[len(rest)-markSize:]
		sum := sha256.Sum256(body)
		err = v.keys.checkMark(p, sum[:], mark)
	}
	head, err = v.reshare(ctx, h, p, head, to, why, err)
	if err != nil {
		return nil, err
	}
	return join(head, rest), nil
}

// RewrapHead is Rewrap for a file: only its head is needed.
func (v *Vault) RewrapHead(ctx context.Context, h *Holder, p Place, head []byte, to Readers, why string) ([]byte, error) {
	return v.reshare(ctx, h, p, head, to, why, nil)
}

func (v *Vault) reshare(ctx context.Context, h *Holder, p Place, head []byte, to Readers, why string, problem error) ([]byte, error) {
	why, err := checkReason(why)
	if err != nil {
		return nil, err
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	var out []byte
	ids, err := h.identities()
	if err = errors.Join(problem, err); err == nil {
		out, err = rehead(head, ids, to)
	}
	if problem := explain(err); problem != nil {
		if err := v.record(ctx, h.who, []Place{p}, why, problem, false); err != nil {
			return nil, err
		}
		return nil, problem
	}
	_, err = v.book.Write(ctx, h.who, func(context.Context, *store.Tx) (ledger.Entry, error) {
		return ledger.Entry{Kind: "foundation.vault.shared", Subject: "sealed:" + p.String(), Detail: map[string]any{"readers": to.owners, "reason": why}}, nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func rehead(head []byte, ids []age.Identity, to Readers) ([]byte, error) {
	if !to.whole {
		return nil, errors.New("vault: the readers were not made by Readers")
	}
	key, err := fileKey(head, ids)
	if err != nil {
		return nil, err
	}
	return newHead(key, to)
}

// unmarked is decrypt for what holds the very key that its mark was made with:
// place and content are checked as far as age does, the mark is not.
func unmarked(p Place, head, rest []byte, ids []age.Identity) ([]byte, error) {
	o, err := (&Vault{}).opener(p, head, bytes.NewReader(rest), ids)
	if err != nil {
		return nil, err
	}
	o.check = func(_, _ []byte) error { return nil }
	return io.ReadAll(o)
}
