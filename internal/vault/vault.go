package vault

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"time"

	"filippo.io/age"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations are the tables of the vault.
var Migrations = store.Line{Name: "vault", FS: files}

// Config is what a vault needs. Book, Key and Rand are required.
type Config struct {
	Book *ledger.Book
	Key  *Key
	// Retired are earlier keys, newest first; what was sealed under them still
	// opens.
	Retired []*Key
	// Rand gives salts, codes, shares and the keys of envelopes. The keys of
	// people and files are made by age, which asks the system alone.
	Rand io.Reader
	Log  *slog.Logger // discarded when nil; gets no names and no contents
	// Cost of a guess of a password; that of RFC 9106 when zero.
	Cost Cost
	// Settle is how long a replaced key pair is kept at least, for those who
	// looked up their readers just before; an hour when 0.
	Settle time.Duration
}

// Vault seals and opens. It is safe for concurrent use.
type Vault struct {
	book   *ledger.Book
	keys   keys
	log    *slog.Logger
	cost   Cost
	settle time.Duration
	turn   chan struct{}
	rand   struct {
		sync.Mutex
		from io.Reader
	}
	parsed struct {
		sync.Mutex
		by map[string]*age.HybridRecipient // by id of the pair
	}
}

// Open opens the vault of a database. A key that does not belong to it is
// refused: it would seal what nobody could open later.
func Open(ctx context.Context, cfg Config) (*Vault, error) {
	if cfg.Book == nil || cfg.Key == nil || cfg.Rand == nil {
		return nil, errors.New("vault: Book, Key and Rand are required")
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Cost == (Cost{}) {
		cfg.Cost = usual()
	}
	if cfg.Settle == 0 {
		cfg.Settle = time.Hour
	}
	v := &Vault{book: cfg.Book, keys: append(keys{cfg.Key}, cfg.Retired...), log: cfg.Log, cost: cfg.Cost, settle: cfg.Settle, turn: make(chan struct{}, 2)}
	v.rand.from = cfg.Rand
	v.parsed.by = map[string]*age.HybridRecipient{}
	if err := v.keepRoot(ctx); err != nil {
		return nil, err
	}
	return v, nil
}

// Recovery is the owner of the pair that the custodians keep together. It is
// among the readers of everything.
const Recovery = "vault:recovery"

// Readers are those for whom something is sealed. Make them with Vault.Readers.
type Readers struct {
	owners []string
	ids    []string
	keys   []age.Recipient
	whole  bool // made by Readers, so that recovery is among them
}

// Owners lists the readers, without recovery.
func (r Readers) Owners() []string { return slices.Clone(r.owners) }

// Readers looks up the current key pairs of owners and adds that of recovery.
// An owner who has none, or a house without recovery, is a fault: what cannot
// be opened any more must not be sealed. Owners may never have signed in; an
// administrator has enrolled them.
func (v *Vault) Readers(ctx context.Context, tx *store.Tx, owners ...string) (Readers, error) {
	if len(owners) == 0 {
		return Readers{}, errors.New("vault: no readers")
	}
	return v.readers(ctx, tx, owners)
}

// readers is Readers; without owners, recovery alone.
func (v *Vault) readers(ctx context.Context, tx *store.Tx, owners []string) (Readers, error) {
	owners = slices.Compact(slices.Sorted(slices.Values(owners)))
	r := Readers{owners: owners, whole: true}
	for _, o := range append(slices.Clone(owners), Recovery) {
		p, err := current(ctx, tx, o)
		switch {
		case err != nil:
			return Readers{}, err
		case p.id == "" && o == Recovery:
			return Readers{}, fault.New(fault.Conflict, "vault.no_recovery")
		case p.id == "":
			return Readers{}, fault.New(fault.Conflict, "vault.no_reader", o)
		}
		key, err := v.recipient(p)
		if err != nil {
			return Readers{}, err
		}
		r.ids, r.keys = append(r.ids, p.id), append(r.keys, key)
	}
	return r, nil
}

// ownerMark vouches that a pair is its owner's: who can only write to the
// database cannot put a pair of their own in somebody's place. The id is a hash
// of the public key, which is covered with it.
func (v *Vault) ownerMark(id, owner string) []byte {
	return v.keys[0].markOf(ownerPlace(id), []byte(owner))
}

func ownerPlace(id string) Place {
	return Place{Table: "vault_identity", Column: "owner", Row: id}
}

// recipient checks the public key of a pair and parses it, once for each pair:
// it is 2 KB of text.
func (v *Vault) recipient(p pair) (*age.HybridRecipient, error) {
	id, text := p.id, p.recipient
	if pairID(text) != id || len(p.mark) != markSize {
		return nil, fault.New(fault.Invalid, "vault.recipient_altered", id)
	}
	if err := v.keys.checkMark(ownerPlace(id), []byte(p.owner), p.mark); errors.Is(err, errKey) {
		return nil, explain(err)
	} else if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "vault.recipient_altered", id)
	}
	v.parsed.Lock()
	defer v.parsed.Unlock()
	if k := v.parsed.by[id]; k != nil {
		return k, nil
	}
	k, err := age.ParseHybridRecipient(text)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "vault.recipient_altered", id)
	}
	if len(v.parsed.by) > 4096 { // some 10 MB
		clear(v.parsed.by)
	}
	v.parsed.by[id] = k
	return k, nil
}

// Current says, inside the Write that stores what was sealed, whether the
// readers' pairs are still the current ones. If one has been replaced since,
// the fault undoes the Write; look the readers up again.
func (r Readers) Current(ctx context.Context, tx *store.Tx) error {
	for i, o := range append(r.Owners(), Recovery) {
		p, err := current(ctx, tx, o)
		if err != nil {
			return err
		}
		if p.id != r.ids[i] {
			return fault.New(fault.Conflict, "vault.readers_changed")
		}
	}
	return nil
}

// Holder is somebody whose secrets are unlocked, for as long as they work. It
// lives in memory only.
type Holder struct {
	who   actor.Actor
	owner string // who.ID, or Recovery for a quorum

	mu   sync.Mutex
	ids  []age.Identity // the newest first
	by   map[string]*age.HybridIdentity
	deks map[string][]byte // keys of envelopes that were opened
}

// Actor is who acts.
func (h *Holder) Actor() actor.Actor { return h.who }

// Close forgets the secrets.
func (h *Holder) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ids, h.by, h.deks = nil, nil, nil
}

func (h *Holder) add(id string, secret *age.HybridIdentity) {
	h.by[id] = secret
	h.ids = append(h.ids, secret)
}

var errClosed = errors.New("vault: the holder is closed")

func (h *Holder) identities() ([]age.Identity, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.ids) == 0 {
		return nil, errClosed
	}
	return slices.Clone(h.ids), nil
}

// explain gives what went wrong with an opening its meaning.
func explain(err error) error {
	var f *fault.Error
	var none *age.NoIdentityMatchError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &f):
		return err
	case errors.As(err, &none):
		return fault.Wrap(fault.Denied, err, "vault.not_yours")
	case errors.Is(err, errKey):
		return fault.Wrap(fault.Conflict, err, "vault.key_missing")
	case errors.Is(err, errClosed):
		return fault.Wrap(fault.Denied, err, "vault.closed")
	}
	return fault.Wrap(fault.Invalid, err, "vault.altered")
}

func names(owners []string) string {
	b, _ := json.Marshal(owners) //nolint:errcheck // strings
	return string(b)
}

// keepRoot sees to it that the key of this process is one that the database
// knows, and that recovery can bring it back.
func (v *Vault) keepRoot(ctx context.Context) error {
	var p pair
	var known []string
	err := v.book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if p, err = current(ctx, tx, Recovery); err != nil || p.id == "" {
			return err
		}
		known, err = rootKeys(ctx, tx, p.id)
		return err
	})
	id := p.id
	if err != nil || id == "" || slices.Contains(known, v.keys[0].ID()) {
		return err
	}
	mine := slices.ContainsFunc(v.keys[1:], func(k *Key) bool { return slices.Contains(known, k.ID()) })
	if !mine {
		return fault.New(fault.Conflict, "vault.key_other", v.keys[0].ID(), known)
	}
	r, err := v.recipient(p)
	if err != nil {
		return err
	}
	sealed, err := v.sealSecret(rootPlace(id, v.keys[0]), r, v.keys[0].seed[:])
	if err != nil {
		return err
	}
	_, err = v.book.Write(ctx, actor.System(), func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		return ledger.Entry{Kind: "foundation.vault.keyed", Subject: "key:" + v.keys[0].ID()}, insertRoot(ctx, tx, id, v.keys[0].ID(), sealed)
	})
	if store.IsUnique(err) {
		return nil // another process was first
	}
	return err
}

func rootPlace(identity string, k *Key) Place {
	return Place{Table: "vault_root", Column: "sealed", Row: identity + ":" + k.ID()}
}

// sealSecret seals a secret of the vault itself for one pair.
func (v *Vault) sealSecret(p Place, to *age.HybridRecipient, secret []byte) ([]byte, error) {
	b, err := v.Seal(p, Readers{keys: []age.Recipient{to}, whole: true}, secret)
	if err != nil {
		return nil, fmt.Errorf("seal a secret of the vault: %w", err)
	}
	return b, nil
}
