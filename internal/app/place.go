package app

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"netral/internal/fault"
	"netral/internal/ledger"
)

// place says where the data of a Netral lies and what it is called. Every
// command that touches data has it.
type place struct {
	Data   string `env:"NETRAL_DATA" type:"path" default:"netral-data" placeholder:"DIR" help:"${h_data}"`
	DB     string `env:"NETRAL_DB" placeholder:"FILE|postgres://…" help:"${h_db}"`
	Origin string `env:"NETRAL_ORIGIN" placeholder:"NAME" help:"${h_origin}"`
}

// dsn is the database: the one named, or a file in the data folder.
func (p place) dsn() string {
	if p.DB != "" {
		return p.DB
	}
	return filepath.Join(p.Data, "netral.db")
}

func (p place) keyFile() string { return filepath.Join(p.Data, "log.key") }

// publicKeyFile holds the public half, which netral verify looks for.
func (p place) publicKeyFile() string { return p.keyFile() + ".pub" }

// key is the key of the log: the one at the place, or where a Netral may begin
// a new one. A log without a name of its own is called so that nobody takes it
// for a real one.
func (p place) key(begin bool) (*ledger.Key, error) {
	k, err := ledger.LoadKey(p.keyFile())
	if errors.Is(err, fs.ErrNotExist) {
		if !begin {
			return nil, fault.New(fault.NotFound, "app.no_key", p.keyFile())
		}
		origin := p.Origin
		if origin == "" {
			origin = "netral.invalid/log"
		}
		k, err = ledger.LoadOrCreateKey(p.keyFile(), origin, rand.Reader)
	}
	if err != nil {
		return nil, err
	}
	if p.Origin != "" && p.Origin != k.Origin() {
		return nil, fault.New(fault.Invalid, "app.origin_other", p.Origin, k.Origin())
	}
	if _, err := os.Stat(p.publicKeyFile()); err != nil && begin {
		if err := os.WriteFile(p.publicKeyFile(), []byte(k.VKey()+"\n"), 0o644); err != nil { //nolint:gosec // it is public
			return nil, fault.Wrap(fault.Invalid, err, "app.file", p.publicKeyFile())
		}
	}
	return k, nil
}

func (p place) vaultKeyFile() string { return filepath.Join(p.Data, "vault.key") }

// make makes the data folder, for its owner only.
func (p place) make() error {
	if err := os.MkdirAll(p.Data, 0o700); err != nil {
		return fault.Wrap(fault.Invalid, err, "app.data_dir", p.Data)
	}
	return nil
}

// exists refuses a place where no Netral lives, so that a mistyped path does
// not quietly become a new, empty one.
func (p place) exists() error {
	if p.DB != "" && strings.Contains(p.DB, "://") {
		return nil
	}
	if _, err := os.Stat(p.dsn()); err != nil {
		return fault.Wrap(fault.NotFound, err, "app.no_data", p.dsn())
	}
	return nil
}

// site says under which address people reach a Netral, and who runs it.
type site struct {
	Addr     string `env:"NETRAL_ADDR" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"${h_addr}"`
	Base     string `env:"NETRAL_BASE_URL" placeholder:"URL" help:"${h_base}"`
	Operator string `env:"NETRAL_OPERATOR" help:"${h_operator}"`
	Metrics  string `env:"NETRAL_METRICS" placeholder:"HOST:PORT" help:"${h_metrics}"`
}

// base is the public address without a slash at the end.
func (s site) base() string {
	if s.Base != "" {
		return strings.TrimRight(s.Base, "/")
	}
	return "http://" + s.Addr
}

func (s site) https() bool { return strings.HasPrefix(s.base(), "https://") }

func (s site) check() error {
	b := s.base()
	if !strings.HasPrefix(b, "http://") && !strings.HasPrefix(b, "https://") {
		return fault.New(fault.Invalid, "app.base", s.Base)
	}
	if strings.ContainsAny(strings.TrimPrefix(strings.TrimPrefix(b, "http://"), "https://"), "/?# ") {
		return fault.New(fault.Invalid, "app.base", s.Base)
	}
	return nil
}
