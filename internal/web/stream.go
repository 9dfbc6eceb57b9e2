package web

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"
)

// Room is what a route may take beyond the limits of the shell: files that are
// sent, files that are made while they are sent.
type Room struct {
	Body int64         // bytes of a request body; the shell's limit when 0
	Time time.Duration // for one request; the shell's limit when 0
}

// Widen gives a route, named by its pattern, more room. Call it before the first
// request.
func (s *Shell) Widen(pattern string, room Room) {
	if s.rooms == nil {
		s.rooms = map[string]Room{}
	}
	s.rooms[pattern] = room
}

// room is the request within the limits of its route.
func (s *Shell) room(w http.ResponseWriter, r *http.Request, pattern string) (*http.Request, context.CancelFunc) {
	room := s.rooms[pattern]
	limit, most := s.Timeout, s.MaxBody
	if room.Time > 0 {
		limit = room.Time
		// Those of the server are for small answers. A writer without deadlines
		// needs none.
		c := http.NewResponseController(w)
		until := time.Now().Add(room.Time)
		_ = c.SetReadDeadline(until)
		_ = c.SetWriteDeadline(until)
	}
	if room.Body > 0 {
		most = room.Body
	}
	ctx, cancel := context.WithTimeout(r.Context(), limit)
	r = r.WithContext(ctx)
	r.Body = http.MaxBytesReader(w, r.Body, most)
	return r, cancel
}

// Stream is a file to download that is made while it is sent, so that it may be
// larger than memory. An error before the first byte becomes an error page; one
// after it cuts the connection, so that nobody takes half a file for a whole one.
type Stream struct {
	Name string // what the person's machine should call it
	Type string // media type
	Send func(ctx context.Context, w io.Writer) error
}

func (f Stream) write(w http.ResponseWriter, r *Request) error {
	if _, _, err := mime.ParseMediaType(f.Type); err != nil {
		return fmt.Errorf("web: stream %q has the type %q", f.Name, f.Type)
	}
	out := &begun{w: w, begin: func() {
		h := w.Header()
		h.Set("Content-Type", f.Type)
		how := "attachment"
		if d := mime.FormatMediaType(how, map[string]string{"filename": fileName(f.Name)}); d != "" {
			how = d
		}
		h.Set("Content-Disposition", how)
		h.Set("Cache-Control", "private, no-store")
	}}
	b := bufio.NewWriterSize(out, 64<<10)
	if r.Method == http.MethodHead {
		out.begin()
		return nil
	}
	err := f.Send(r.Context(), b)
	if err == nil {
		err = b.Flush()
	}
	if err != nil && out.n > 0 {
		r.Shell.logFault(r.Context(), r.id, explain(err))
		panic(http.ErrAbortHandler)
	}
	return err
}

// begun sets the headers with the first byte.
type begun struct {
	w     io.Writer
	begin func()
	n     int64
}

func (b *begun) Write(p []byte) (int, error) {
	if b.n == 0 && len(p) > 0 {
		b.begin()
	}
	n, err := b.w.Write(p)
	b.n += int64(n)
	return n, err
}
