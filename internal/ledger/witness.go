package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"netral/internal/fault"
	"netral/internal/store"
)

// Witness is somebody outside who signs our checkpoints after checking that
// each tree continues the last one they saw (C2SP tlog-witness).
type Witness struct {
	// URL is the submission prefix, "https://witness.example/".
	URL string
	// VKey is the public key, "name+hash+key" for cosignature/v1.
	VKey string
	// Client makes the requests; when nil, one with a timeout that follows no
	// redirects.
	Client *http.Client
}

const (
	witnessTimeout = 15 * time.Second
	witnessTries   = 3
	maxAnswer      = 64 << 10
)

// Cosign asks a witness to sign the present checkpoint, checks and keeps the
// cosignature, and returns the checkpoint that carries it. The witness gets
// the checkpoint and hashes, nothing else.
func (b *Book) Cosign(ctx context.Context, w Witness) ([]byte, error) {
	v, err := NewWitnessVerifier(w.VKey)
	if err != nil {
		return nil, err
	}
	at, err := addCheckpointURL(w.URL)
	if err != nil {
		return nil, err
	}
	if w.Client == nil {
		w.Client = &http.Client{
			Timeout:       witnessTimeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
	}
	old := int64(-1) // as far as we remember
	for range witnessTries {
		s, err := b.submission(ctx, w.VKey, old)
		if err != nil {
			return nil, err
		}
		if s.old > s.c.Size {
			return nil, fault.New(fault.Conflict, "ledger.witness_ahead", v.Name(), s.old, s.c.Size)
		}
		a, err := post(ctx, w.Client, at, s.body)
		if err != nil {
			return nil, fault.Wrap(fault.Busy, err, "ledger.witness_down", v.Name())
		}
		switch {
		case a.status == http.StatusOK:
			return b.accept(ctx, w.VKey, v, s.c, a.body)
		case a.status == http.StatusConflict && a.size >= 0 && a.size != s.old:
			old = a.size // it remembers another size than we do
		default:
			return nil, fault.New(fault.Denied, "ledger.witness_refused", v.Name(), a.status)
		}
	}
	return nil, fault.New(fault.Busy, "ledger.witness_down", v.Name())
}

// addCheckpointURL is the address of the call under a witness's prefix.
func addCheckpointURL(prefix string) (string, error) {
	u, err := url.Parse(prefix)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", fault.New(fault.Invalid, "ledger.witness_url", prefix)
	}
	return u.JoinPath("add-checkpoint").String(), nil
}

// submission is one request to a witness.
type submission struct {
	old  int64
	c    Signed // with our signature only
	body []byte
}

// submission makes the request for the present tree from the size that the
// witness saw last; from what we know when old is negative.
func (b *Book) submission(ctx context.Context, vkey string, old int64) (submission, error) {
	s := submission{old: old}
	err := b.read(ctx, func(ctx context.Context, tx *store.Tx, size int64) (err error) {
		if size == 0 {
			return fault.New(fault.Conflict, "ledger.empty")
		}
		if s.old < 0 {
			if s.old, err = lastCosignedBy(ctx, tx, vkey); err != nil {
				return err
			}
		}
		if s.c, err = b.kept(ctx, tx, size); err != nil || s.old > size {
			return err
		}
		var proof tlog.TreeProof
		if s.old > 0 && s.old < size {
			if proof, err = tlog.ProveTree(size, s.old, reader(ctx, tx)); err != nil {
				return fmt.Errorf("prove the tree of %d from %d on: %w", size, s.old, err)
			}
		}
		var body bytes.Buffer
		fmt.Fprintf(&body, "old %d\n", s.old)
		for _, h := range proof {
			body.WriteString(h.String() + "\n")
		}
		body.WriteByte('\n')
		body.Write(s.c.Marshal())
		s.body = body.Bytes()
		return nil
	})
	return s, err
}

// answer is what a witness said.
type answer struct {
	status int
	body   []byte
	size   int64 // the size that it saw last, when it says so; else -1
}

func post(ctx context.Context, client *http.Client, at string, body []byte) (answer, error) {
	a := answer{size: -1}
	ctx, cancel := context.WithTimeout(ctx, witnessTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, at, bytes.NewReader(body))
	if err != nil {
		return a, err
	}
	req.Header.Set("Content-Type", "text/plain; charset=utf-8")
	resp, err := client.Do(req)
	if err != nil {
		return a, err
	}
	defer resp.Body.Close() //nolint:errcheck // read as far as it is of use
	a.status = resp.StatusCode
	if a.body, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1)); err != nil {
		return a, err
	}
	if len(a.body) > maxAnswer {
		return a, errors.New("the answer is too long")
	}
	if resp.Header.Get("Content-Type") == "text/x.tlog.size" {
		text := strings.TrimSuffix(string(a.body), "\n")
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && n >= 0 && strconv.FormatInt(n, 10) == text {
			a.size = n
		}
	}
	return a, nil
}

// accept looks for the witness's signature in its answer, checks it and keeps
// it. Lines of keys that we do not know are passed over, as the protocol says.
func (b *Book) accept(ctx context.Context, vkey string, v note.Verifier, c Signed, lines []byte) ([]byte, error) {
	for line := range strings.SplitAfterSeq(string(lines), "\n") {
		s, err := parseSignature(line)
		if err != nil || !s.by(v) {
			continue
		}
		if !v.Verify([]byte(c.text), s.sig) {
			break
		}
		row := cosignature{size: c.Size, vkey: vkey, line: s.line}
		if err := b.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			return insertCosignature(ctx, tx, row)
		}); err != nil {
			return nil, fmt.Errorf("keep a cosignature: %w", err)
		}
		err = b.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error { return b.cosigned(ctx, tx, &c, nil) })
		if err != nil {
			return nil, err
		}
		return c.Marshal(), nil
	}
	return nil, fault.New(fault.Busy, "ledger.witness_answer", v.Name())
}
