package signon_test

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/dexidp/dex/server"
	"github.com/dexidp/dex/storage"
	"github.com/dexidp/dex/storage/memory"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/crypto/bcrypt"
)

const (
	clientID     = "netral"
	clientSecret = "rahasia-klien"
	otherClient  = "aplikasi-lain"
	password     = "kuda lumping naik becak"
)

// provider runs dex with two people of its own (siti.aminah and budi.santoso
// at dki.test, who type a password), a directory whose people bring groups
// ("mock": dex's own, everybody is Kilgore Trout of the group authors), and two
// clients. It returns the issuer.
func provider(t *testing.T, back string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	issuer := "http://" + l.Addr().String() + "/dex"
	log := slog.New(slog.DiscardHandler)
	// The least that dex takes; ours are argon2id.
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.DefaultCost)
	if err != nil {
		t.Fatal(err)
	}
	s := storage.WithStaticClients(memory.New(log), []storage.Client{
		{ID: clientID, Secret: clientSecret, RedirectURIs: []string{back}, Name: "Netral"},
		{ID: otherClient, Secret: "rahasia-lain", RedirectURIs: []string{back}, Name: "Aplikasi lain"},
	})
	s = storage.WithStaticPasswords(s, []storage.Password{
		{Email: "siti.aminah@dki.test", Hash: hash, Username: "Siti Aminah", UserID: "7f0c9f0a-siti"},
		{Email: "budi.santoso@dki.test", Hash: hash, Username: "Budi Santoso", UserID: "7f0c9f0a-budi"},
	}, log)
	s = storage.WithStaticConnectors(s, []storage.Connector{
		{ID: server.LocalConnector, Type: server.LocalConnector, Name: "Pegawai"},
		{ID: "mock", Type: "mockCallback", Name: "Direktori"},
	})
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	dex, err := server.NewServer(ctx, server.Config{
		Issuer: issuer, Storage: s, SkipApprovalScreen: true, Logger: log, PrometheusRegistry: prometheus.NewRegistry(),
		IDTokensValidFor: 5 * time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	srv := &httptest.Server{Listener: l, Config: &http.Server{Handler: dex, ReadHeaderTimeout: 10 * time.Second}}
	srv.Start()
	t.Cleanup(srv.Close)
	return issuer
}
