// Package load asks a server over HTTP, many times and over many connections,
// and tells how long it took.
package load

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Result is how a load went.
type Result struct {
	Took     time.Duration   // all of it
	Each     []time.Duration // to the first byte
	Size     int             // of the last body
	Answered int
}

// Share is the time within which that part of the requests got their first
// byte: 0.5 for the median.
func (r Result) Share(part float64) time.Duration {
	slices.Sort(r.Each)
	return r.Each[min(len(r.Each)-1, int(part*float64(len(r.Each))))]
}

// Same sends one request n times over some connections that stay open.
func Same(addr string, request []byte, conns, n int) (Result, error) {
	return Each(addr, conns, n, func(int, int) []byte { return request })
}

// Each sends n requests over some connections that stay open: the request that
// next gives for a connection and its turn. It is a bare reader of HTTP, so that
// the cores go to the server. An answer that is neither 200 nor 201 ends it.
func Each(addr string, conns, n int, next func(conn, turn int) []byte) (Result, error) {
	var mu sync.Mutex
	var out Result
	var first error
	var wg sync.WaitGroup
	start := time.Now()
	for i := range conns {
		wg.Add(1)
		go func() {
			defer wg.Done()
			each, size, err := client(addr, n/conns, func(turn int) []byte { return next(i, turn) })
			mu.Lock()
			defer mu.Unlock()
			out.Each = append(out.Each, each...)
			out.Answered += len(each)
			out.Size = size
			if err != nil && first == nil {
				first = err
			}
		}()
	}
	wg.Wait()
	out.Took = time.Since(start)
	return out, first
}

func client(addr string, n int, next func(turn int) []byte) (each []time.Duration, size int, err error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, 0, err
	}
	defer c.Close()
	r := bufio.NewReaderSize(c, 64<<10)
	for turn := range n {
		request := next(turn)
		start := time.Now()
		if _, err := c.Write(request); err != nil {
			return each, size, err
		}
		status, err := r.ReadString('\n')
		if err != nil {
			return each, size, err
		}
		length := -1
		for {
			h, err := r.ReadString('\n')
			if err != nil {
				return each, size, err
			}
			if h == "\r\n" {
				break
			}
			if v, ok := strings.CutPrefix(strings.ToLower(h), "content-length: "); ok {
				if length, err = strconv.Atoi(strings.TrimSpace(v)); err != nil {
					return each, size, err
				}
			}
		}
		took := time.Since(start) // the first byte has come, and all headers
		if length, err = body(r, length); err != nil {
			return each, size, err
		}
		if !strings.Contains(status, " 200 ") && !strings.Contains(status, " 201 ") {
			return each, size, fmt.Errorf("answered %s", strings.TrimSpace(status))
		}
		each, size = append(each, took), length
	}
	return each, size, nil
}

// body reads past a body of a known length, or one in chunks (length < 0), and
// gives its length.
func body(r *bufio.Reader, length int) (int, error) {
	if length >= 0 {
		_, err := io.CopyN(io.Discard, r, int64(length))
		return length, err
	}
	total := 0
	for {
		head, err := r.ReadString('\n')
		if err != nil {
			return total, err
		}
		n, err := strconv.ParseInt(strings.TrimSpace(head), 16, 32)
		if err != nil {
			return total, fmt.Errorf("neither a length nor chunks: %w", err)
		}
		if _, err := io.CopyN(io.Discard, r, n+2); err != nil {
			return total, err
		}
		if total += int(n); n == 0 {
			return total, nil
		}
	}
}
