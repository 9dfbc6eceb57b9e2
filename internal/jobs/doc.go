// Package jobs does work later: what a use case must not wait for (mail), what
// must be tried again (a network), and what comes by the clock (the nightly
// verification).
//
// A job is enqueued in the transaction of the change that needs it, so there is
// no mail about a letter that was never written, and no letter whose mail was
// forgotten:
//
//	jobs.Enqueue(ctx, tx, jobs.Job{Kind: "mail.send", Payload: mail})
//	jobs.Register(runner, "mail.send", jobs.Options{NameKey: "mail.job"}, sender.Send)
//
// What always holds:
//
//   - A job whose transaction was committed is run at least once, whatever is
//     killed when. A runner holds a lease on what it runs and prolongs it; when
//     it dies, another runner takes over once the lease is over.
//   - At least once is not once: a runner that dies between the work and the
//     note that it is done leaves a job that runs again. A worker must bear
//     that. When its work is a change of the database, Finish in the same Write
//     makes it exactly once; when it leaves the house (mail), it carries an id
//     made when the job was enqueued, by which the receiver knows it again.
//   - Runners in several processes on one database share the work; none runs a
//     job that another holds.
//   - Of the jobs of a kind with the same key, one waits and one runs at most.
//     A second one that would wait is the same work, and is left out.
//   - A failed attempt is repeated after a growing, scattered delay. After the
//     last one, or when repeating is of no use, the job is dead: it stays on
//     the page /antrean, first of all, until an officer retries or cancels it,
//     which is an entry of the ledger.
//   - What the queue shows of an error is the key of a message without its
//     arguments; what it logs is the number, the kind and the cause. Payloads
//     are neither shown nor logged.
//
// Words: antrean (queue), pekerjaan (job), jadwal (schedule).
package jobs
