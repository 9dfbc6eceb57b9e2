package exchange

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/jobs"
	"netral/internal/store"
)

// partSize is how much of a file one row of the database holds.
const partSize = 1 << 20

func (s *Service) maxUpload() int64 {
	if s.MaxUpload > 0 {
		return s.MaxUpload
	}
	return 200 << 20
}

// Take keeps a file that is sent, piece by piece, and asks for its check. The
// pieces are in the database, so that whichever process runs the job has them,
// also after a restart.
func (s *Service) Take(ctx context.Context, who actor.Actor, name string, in Input, body io.Reader) (*Import, error) {
	if err := s.allowed(who, "roster.import"); err != nil {
		return nil, err
	}
	if err := s.checkInput(&in); err != nil {
		return nil, err
	}
	id, err := s.random()
	if err != nil {
		return nil, err
	}
	name = clip(strings.TrimSpace(name))
	m := &Import{ID: id, Kind: in.Kind, Name: name, Input: in, State: Arriving, who: who}
	if err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return insertImport(ctx, tx, m) }); err != nil {
		return nil, err
	}
	size, sum, err := s.keepParts(ctx, id, "file", body, s.maxUpload())
	if err == nil && size == 0 {
		err = fault.New(fault.Invalid, "sheet.empty")
	}
	if err != nil {
		// Not the context of a request that may be gone.
		ctx := context.WithoutCancel(ctx)
		return nil, errors.Join(err, s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			if _, err := move(ctx, tx, id, Cancelled, Arriving); err != nil {
				return err
			}
			return dropParts(ctx, tx, id, "file")
		}))
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := setFile(ctx, tx, id, size, sum); err != nil {
			return err
		}
		return s.enqueue(ctx, tx, id, Waiting, Arriving)
	})
	if err != nil {
		return nil, err
	}
	return s.load(ctx, id)
}

// keepParts writes a file into the database.
func (s *Service) keepParts(ctx context.Context, id, what string, body io.Reader, most int64) (size int64, sum string, err error) {
	h := sha256.New()
	buf := make([]byte, partSize)
	for n := int64(0); ; n++ {
		k, err := io.ReadFull(body, buf)
		if k > 0 {
			if size += int64(k); size > most {
				return size, "", fault.New(fault.TooLarge, "sheet.file", (size+1<<20-1)>>20, most>>20)
			}
			h.Write(buf[:k]) //nolint:errcheck // a hash never fails
			if err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return insertPart(ctx, tx, id, what, n, buf[:k]) }); err != nil {
				return size, "", err
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return size, hex.EncodeToString(h.Sum(nil)), nil
		}
		if err != nil {
			return size, "", err
		}
	}
}

// parts copies a file out of the database, piece by piece.
func (s *Service) parts(ctx context.Context, id, what string, to io.Writer) (size int64, err error) {
	for n := int64(0); ; n++ {
		var body []byte
		err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			body, err = readPart(ctx, tx, id, what, n)
			return err
		})
		if err != nil || body == nil {
			return size, err
		}
		if _, err := to.Write(body); err != nil {
			return size, err
		}
		size += int64(len(body))
	}
}

// temp is a file that is gone when it is closed, also when we are killed.
func (s *Service) temp() (*os.File, error) {
	f, err := os.CreateTemp(s.Dir, "import-")
	if err != nil {
		return nil, fmt.Errorf("exchange: a temporary file: %w", err)
	}
	return f, os.Remove(f.Name())
}

// enqueue moves an import on and asks for its job.
func (s *Service) enqueue(ctx context.Context, tx *store.Tx, id string, to State, from ...State) error {
	ok, err := move(ctx, tx, id, to, from...)
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.Conflict, "exchange.moved")
	}
	if s.Wake != nil {
		tx.After(s.Wake)
	}
	return jobs.Enqueue(ctx, tx, jobs.Job{Kind: jobKind, Key: id, Payload: task{ID: id}})
}

func (s *Service) load(ctx context.Context, id string) (m *Import, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		m, err = readImport(ctx, tx, `id = $1`, id)
		return err
	})
	return m, err
}

// Get is one import.
func (s *Service) Get(ctx context.Context, who actor.Actor, id string) (*Import, error) {
	if err := s.allowed(who, "roster.import"); err != nil {
		return nil, err
	}
	return s.load(ctx, id)
}

// List is the last imports, the newest first, without their reports.
func (s *Service) List(ctx context.Context, who actor.Actor, n int) (out []Import, err error) {
	if err := s.allowed(who, "roster.import"); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		out, err = listImports(ctx, tx, n)
		return err
	})
	return out, err
}

// Remap changes which column is which, and checks anew.
func (s *Service) Remap(ctx context.Context, who actor.Actor, id string, mapping map[string]string) error {
	return s.change(ctx, who, id, func(ctx context.Context, tx *store.Tx, m *Import) error {
		m.Input.Map = mapping
		return s.enqueue(ctx, tx, id, Waiting, Checked, Failed)
	})
}

// Confirm writes what was checked: all of it, or only the good rows. Seen is
// when the import changed last, in milliseconds, as whoever confirms saw it, so
// that nobody confirms what another had checked anew; 0 for whatever there is.
func (s *Service) Confirm(ctx context.Context, who actor.Actor, id string, good bool, seen int64) error {
	return s.change(ctx, who, id, func(ctx context.Context, tx *store.Tx, m *Import) error {
		if seen != 0 && seen != m.Changed.UnixMilli() {
			return fault.New(fault.Conflict, "exchange.moved")
		}
		if m.State == Checked && m.Report != nil && m.Report.Refused > 0 && !good {
			return fault.New(fault.Invalid, "exchange.refused", m.Report.Refused, m.Report.Rows)
		}
		m.Input.Good = good
		return s.enqueue(ctx, tx, id, Ready, Checked)
	})
}

// change does something to an import and keeps its input, as that of whoever
// asks.
func (s *Service) change(ctx context.Context, who actor.Actor, id string, f func(context.Context, *store.Tx, *Import) error) error {
	if err := s.allowed(who, "roster.import"); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		m, err := readImport(ctx, tx, `id = $1`, id)
		if err != nil {
			return err
		}
		if err := f(ctx, tx, m); err != nil {
			return err
		}
		return setInput(ctx, tx, id, m.Input, who)
	})
}

// Cancel drops a file that is not written yet.
func (s *Service) Cancel(ctx context.Context, who actor.Actor, id string) error {
	if _, err := s.Get(ctx, who, id); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		ok, err := move(ctx, tx, id, Cancelled, Waiting, Checked, Failed)
		if err != nil {
			return err
		}
		if !ok {
			return fault.New(fault.Conflict, "exchange.moved")
		}
		return dropParts(ctx, tx, id, "file")
	})
}
