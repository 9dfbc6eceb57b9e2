package app

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"strings"

	"netral/internal/identity"
	"netral/internal/jobs"
	"netral/internal/store"
)

// kindMail is the kind of the jobs that send.
const kindMail = "mail.send"

// letter is a message in the queue. ID is made when it is put there, so that a
// receiver knows a second copy again.
type letter struct{ ID, To, Subject, Body string }

// post puts the messages of identity into the queue. A house without a server
// for mail keeps them there, where /antrean shows that they wait.
type post struct{}

func (post) Send(ctx context.Context, tx *store.Tx, m identity.Mail) error {
	var b [10]byte
	_, _ = rand.Read(b[:]) // never fails
	id := strings.ToLower(base32.StdEncoding.EncodeToString(b[:]))
	return jobs.Enqueue(ctx, tx, jobs.Job{Kind: kindMail, Key: id, Payload: letter{ID: id, To: m.To, Subject: m.Subject, Body: m.Body}})
}
