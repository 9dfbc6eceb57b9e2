// Package archivetest makes archives for tests of those who give out papers.
package archivetest

import (
	"testing"
	"time"

	"netral/data"
	"netral/internal/access/scope"
	"netral/internal/actor"
	"netral/internal/ledger"
	"netral/internal/ledger/ledgertest"
	"netral/internal/letter"
	"netral/internal/letter/archive"
	"netral/internal/store"
	"netral/internal/vault"

	"io/fs"
)

// Lines are the tables that an archive needs beside those of others.
func Lines(more ...store.Line) []store.Line {
	return ledgertest.Lines(append([]store.Line{vault.Migrations, archive.Migrations}, more...)...)
}

// Base is the public address that papers of tests name.
const Base = "https://netral.test"

// Open makes an archive of a demonstration, with the templates that are built in.
func Open(t testing.TB, book *ledger.Book, now func() time.Time, kinds []letter.Kind) *archive.Archive {
	t.Helper()
	key, err := vault.NewKey(ledgertest.Rand(3))
	if err != nil {
		t.Fatal(err)
	}
	v, err := vault.Open(t.Context(), vault.Config{Book: book, Key: key, Rand: ledgertest.Rand(4)})
	if err != nil {
		t.Fatal(err)
	}
	return archive.New(archive.Config{Book: book, Vault: v, Press: Press(t, kinds, true), Rand: ledgertest.Rand(5), Now: now, Base: Base, Place: "Jakarta",
		Allow: func(actor.Actor, string, scope.Resource) error { return nil }})
}

// Press makes papers with the templates that are built in.
func Press(t testing.TB, kinds []letter.Kind, demo bool) *letter.Press {
	t.Helper()
	files, err := fs.Sub(data.FS, "letter")
	if err != nil {
		t.Fatal(err)
	}
	set, err := letter.Load(kinds, files, nil)
	if err != nil {
		t.Fatal(err)
	}
	p, err := letter.New(set, demo)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
