// Package mail sends messages over SMTP.
//
// A use case puts a message into the queue in the transaction that causes it
// (Outbox.Put); the worker "mail.send" hands it to the server of the house
// later. What is undone is never sent; what was committed is sent at least
// once, and carries a Message-ID made when it was put, by which a receiver
// knows a second copy again.
//
// A server that says "never" (5xx to a sender, a receiver or a message) ends
// the job; one that says "later" (4xx), is away, or does not let us in is asked
// again. The last is a mistake in our settings and mended there: messages wait
// for it, they are not given up.
//
// Addresses, subjects and bodies are in no error and no log: an error has the
// step and the code of the answer, never its text, which likes to repeat the
// address.
//
// Plain text in UTF-8 only: no pictures that tell who has read, nothing that a
// link can hide behind.
package mail
