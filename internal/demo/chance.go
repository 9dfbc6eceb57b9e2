package demo

import (
	"io"
	"math/rand/v2"
	"sync"
)

// Chance is randomness for the stories of a demonstration; the same for the same
// province. Who knows the seed knows all of it, which is why nothing but a
// demonstration may use it.
func Chance(cfg Config, story uint64) *rand.Rand { return rand.New(rand.NewPCG(cfg.Seed, story)) }

// Bytes are bytes of the same kind, for ids. Several may read.
func Bytes(cfg Config) io.Reader {
	var seed [32]byte
	for i := range 8 {
		seed[i] = byte(cfg.Seed >> (8 * i))
	}
	copy(seed[8:], "netral demo stories")
	return &locked{src: rand.NewChaCha8(seed)}
}

type locked struct {
	mu  sync.Mutex
	src *rand.ChaCha8
}

func (l *locked) Read(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.src.Read(b)
}
