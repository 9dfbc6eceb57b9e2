package lex_test

import (
	"io/fs"
	"os"
	"sync"
	"testing"
	"testing/fstest"

	"netral/internal/advise/calendar"
	"netral/internal/day"
	"netral/internal/lex"
	"netral/internal/rule"
)

// world is what a reader is made of: the book's vocabulary, the lexicon and
// the names of the calendar, all from the files that ship.
type world struct {
	book    *rule.Book
	lexicon *lex.Lexicon
	reader  *lex.Reader
	names   []lex.Name
}

var load = sync.OnceValues(func() (*world, error) {
	book, err := vocabulary()
	if err != nil {
		return nil, err
	}
	root := os.DirFS("../../data")
	l, err := lex.Load(root, "lexicon", book)
	if err != nil {
		return nil, err
	}
	ed, err := calendar.Load(root, "calendar/2026-1.yaml")
	if err != nil {
		return nil, err
	}
	return &world{book, l, l.Reader(ed.Names()), ed.Names()}, nil
})

func shipped(t testing.TB) *world {
	t.Helper()
	w, err := load()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// vocabulary is a book that has the facts of the conduct book and one rule of
// its own, so that this package is tested whatever the rules are.
func vocabulary() (*rule.Book, error) {
	facts, err := fs.ReadFile(os.DirFS("../../rules/id-asn"), "vocabulary.yaml")
	if err != nil {
		return nil, err
	}
	return rule.Load(fstest.MapFS{
		"vocabulary.yaml": {Data: facts},
		"book.yaml": {Data: []byte(`
id: words
edition: "1"
title: {id: Kata, en: Words}
lists: {all: {id: Semua, en: All}}
instruments: [{id: A, title: {id: A, en: A}}]
register: [{id: A-1, instrument: A, provision: {id: Satu, en: One}, confidence: H}]
`)},
		"rules/all.yaml": {Data: []byte(`
rules:
  - {id: r, list: all, title: {id: R, en: R}, text: {id: R, en: R}, when: {}, outcome: allowed, cites: [A-1], confidence: H}
`)},
	}, ".")
}

func on(t testing.TB, s string) day.Day {
	t.Helper()
	d, err := day.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
