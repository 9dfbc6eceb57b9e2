package random_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"netral/internal/random"
)

func TestIDsSortByTime(t *testing.T) {
	var s random.Source
	from := rand.NewChaCha8([32]byte{1})
	last := ""
	// 2039 is when 40 bits of milliseconds that were cut from the top are used up.
	for _, at := range []time.Time{time.Unix(0, 0), time.Date(2023, 10, 19, 0, 0, 0, 0, time.UTC), time.Date(2023, 10, 19, 0, 0, 0, 1e6, time.UTC), time.Date(2039, 12, 31, 0, 0, 0, 0, time.UTC), time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC)} {
		id, err := s.ID(from, at)
		if err != nil || len(id) != 24 || id <= last {
			t.Errorf("%s: %q after %q, %v", at, id, last, err)
		}
		last = id
	}
}

func TestText(t *testing.T) {
	var s random.Source
	if got, err := s.Text(bytes.NewReader([]byte{0, 0, 0, 0, 1, 255}), 5); err != nil || got != "00000001" {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := s.Text(bytes.NewReader([]byte{1}), 5); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("%q out of too little, %v", got, err)
	}
	if got, err := s.ID(bytes.NewReader(nil), time.Unix(0, 0)); got != "" || !errors.Is(err, io.EOF) {
		t.Errorf("%q out of nothing, %v", got, err)
	}
}

// one fails whoever reads while another does.
type one struct {
	t    *testing.T
	busy sync.Mutex
}

func (o *one) Read(b []byte) (int, error) {
	if !o.busy.TryLock() {
		o.t.Error("two read at once")
		return len(b), nil
	}
	defer o.busy.Unlock()
	time.Sleep(time.Millisecond)
	return len(b), nil
}

func TestOneAtATime(t *testing.T) {
	var s random.Source
	var wg sync.WaitGroup
	from := &one{t: t}
	for range 8 {
		wg.Go(func() {
			if _, err := s.Bytes(from, 8); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}
