package vault

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"time"

	"golang.org/x/crypto/chacha20poly1305"

	"netral/internal/actor"
	"netral/internal/fault"
	"netral/internal/ledger"
	"netral/internal/store"
)

// A Holder lives for one piece of work; a person works over many requests, and
// with several processes the next one may answer. So between two requests the
// secret is kept in the database, boxed under a ticket that only the browser
// has: 32 random bytes, in a cookie that scripts cannot read. The database
// without the cookie opens nothing, nor the cookie without the database and the
// process's key.
//
//	4 | key id 4 | nonce 24 | box
const (
	ticketVersion = 4
	ticketSize    = 32
	maxTicket     = 12 * time.Hour
)

// Park keeps the holder's secrets for so long, twelve hours at most, and
// returns the ticket for Resume. The ticket is as secret as the password.
// A quorum is not parked: it ends when the custodians leave the table.
func (v *Vault) Park(ctx context.Context, h *Holder, keep time.Duration) (ticket string, err error) {
	if keep <= 0 || keep > maxTicket {
		return "", errors.New("vault: a ticket is for at most twelve hours")
	}
	if h.owner == Recovery {
		return "", fault.New(fault.Denied, "vault.quorum_parked")
	}
	was, err := v.newest(ctx, h.owner)
	if err != nil {
		return "", err
	}
	h.mu.Lock()
	k := h.by[was.id]
	h.mu.Unlock()
	if k == nil {
		return "", fault.New(fault.Denied, "vault.closed")
	}
	random, err := v.random(ticketSize + chacha20poly1305.NonceSizeX)
	if err != nil {
		return "", err
	}
	raw := random[:ticketSize]
	key, err := ticketKey(raw, v.keys[0])
	if err != nil {
		return "", err
	}
	secret, err := box(key, append([]byte{ticketVersion}, v.keys[0].id[:]...), random[ticketSize:], h.owner, was.id, []byte(k.String()))
	if err != nil {
		return "", err
	}
	_, err = v.book.Write(ctx, h.who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		// Replaced in the meantime, the pair must not live on in a ticket.
		if now, err := current(ctx, tx, h.owner); err != nil {
			return ledger.Entry{}, err
		} else if now.id != was.id {
			return ledger.Entry{}, fault.New(fault.Conflict, "vault.changed")
		}
		until := tx.Now.Add(keep)
		return ledger.Entry{Kind: "foundation.vault.parked", Subject: "person:" + h.owner, Detail: map[string]any{"pair": was.id, "until": until.Format(time.RFC3339)}},
			insertTicket(ctx, tx, ticketID(raw), h.owner, was.id, secret, until)
	})
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

// Resume is Unlock with a ticket. One that is over, or that is not this
// person's, is a fault; it says no more than that.
func (v *Vault) Resume(ctx context.Context, who actor.Actor, text string) (*Holder, error) {
	no := fault.New(fault.Denied, "vault.closed")
	raw, ok := parseTicket(text)
	if !ok {
		return nil, no
	}
	var id string
	var secret []byte
	err := v.book.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		id, secret, err = ticket(ctx, tx, ticketID(raw), who.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	const head = 1 + keyIDSize
	if id == "" || len(secret) < head || secret[0] != ticketVersion {
		return nil, no
	}
	k, ok := v.keys.by(secret[1:head])
	if !ok {
		return nil, no
	}
	key, err := ticketKey(raw, k)
	if err != nil {
		return nil, err
	}
	plain, err := unbox(key, secret[:head], secret[head:], who.ID, id)
	if err != nil {
		return nil, no
	}
	pair, err := identityOf(id, plain)
	if err != nil {
		return nil, no
	}
	return v.hold(ctx, who, who.ID, id, pair)
}

// Leave ends a ticket: signing out. Ending one that is over is no error.
func (v *Vault) Leave(ctx context.Context, who actor.Actor, text string) error {
	raw, ok := parseTicket(text)
	if !ok {
		return nil
	}
	gone := errors.New("no ticket")
	_, err := v.book.Write(ctx, who, func(ctx context.Context, tx *store.Tx) (ledger.Entry, error) {
		ok, err := deleteTicket(ctx, tx, ticketID(raw), who.ID)
		if err == nil && !ok {
			err = gone
		}
		return ledger.Entry{Kind: "foundation.vault.left", Subject: "person:" + who.ID}, err
	})
	if errors.Is(err, gone) {
		return nil
	}
	return err
}

func parseTicket(s string) ([]byte, bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return b, err == nil && len(b) == ticketSize && base64.RawURLEncoding.EncodeToString(b) == s
}

// ticketID names a ticket in the database without giving it away.
func ticketID(raw []byte) string {
	sum := sha256.Sum256(append([]byte("netral.vault/ticket-id/1"), raw...))
	return hex.EncodeToString(sum[:16])
}

func ticketKey(raw []byte, k *Key) ([]byte, error) {
	return hkdf.Key(sha256.New, raw, k.salt, "netral.vault/ticket/1", chacha20poly1305.KeySize)
}
