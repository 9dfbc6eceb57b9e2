package main

import (
	"encoding/base32"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/rogpeppe/go-internal/testscript"
)

// jarKey holds the cookies of a session's browser.
type jarKey struct{}

// visit PATH STATUS: opens a page as the browser of the session, follows where
// it is sent, and writes the page to the file "page", its address to "address".
// The status is that of the last page.
func visit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: visit PATH STATUS")
	}
	browse(ts, http.MethodGet, args[0], args[1], nil)
}

// submit PATH STATUS FIELD=VALUE…: sends a form as the browser of the session.
func submit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: submit PATH STATUS FIELD=VALUE…")
	}
	form := url.Values{}
	for _, a := range args[2:] {
		name, value, _ := strings.Cut(a, "=")
		form.Add(name, value)
	}
	browse(ts, http.MethodPost, args[0], args[1], form)
}

func browse(ts *testscript.TestScript, method, path, status string, form url.Values) {
	jar, _ := ts.Value(jarKey{}).(*cookiejar.Jar)
	client := &http.Client{Jar: jar, Timeout: 30 * time.Second}
	req, err := http.NewRequest(method, "http://"+ts.Getenv("ADDR")+path, strings.NewReader(form.Encode()))
	ts.Check(err)
	req.Header.Set("Accept-Language", "en")
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	page(ts, client, req, status)
}

// api METHOD PATH STATUS TOKEN [JSON]: calls the API with a token and no
// cookies.
func api(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 4 {
		ts.Fatalf("usage: api METHOD PATH STATUS TOKEN [JSON]")
	}
	body := ""
	if len(args) > 4 {
		body = args[4]
	}
	req, err := http.NewRequest(args[0], "http://"+ts.Getenv("ADDR")+args[1], strings.NewReader(body))
	ts.Check(err)
	req.Header.Set("Authorization", "Bearer "+args[3])
	req.Header.Set("Accept-Language", "en")
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	page(ts, &http.Client{Timeout: 30 * time.Second}, req, args[2])
}

func page(ts *testscript.TestScript, client *http.Client, req *http.Request, status string) {
	resp, err := client.Do(req)
	ts.Check(err)
	defer resp.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(resp.Body)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("page"), body, 0o600))
	ts.Check(os.WriteFile(ts.MkAbs("address"), []byte(resp.Request.URL.RequestURI()+"\n"), 0o600))
	if strconv.Itoa(resp.StatusCode) != status {
		ts.Fatalf("%s %s: status %d, want %s\n%s", req.Method, req.URL, resp.StatusCode, status, body)
	}
}

// pick NAME REGEXP [FILE]: sets a variable to the first group of the first match
// in the page, or in the file.
func pick(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: pick NAME REGEXP [FILE]")
	}
	file := "page"
	if len(args) > 2 {
		file = args[2]
	}
	b, err := os.ReadFile(ts.MkAbs(file))
	ts.Check(err)
	m := regexp.MustCompile(args[1]).FindSubmatch(b)
	if m == nil {
		ts.Fatalf("%s does not hold %s:\n%s", file, args[1], b)
	}
	ts.Setenv(args[0], string(m[1]))
}

// code NAME SECRET STEPS: sets a variable to the code of an authenticator app,
// STEPS of 30 seconds from now.
func code(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: code NAME SECRET STEPS")
	}
	steps, err := strconv.Atoi(args[2])
	ts.Check(err)
	secret := strings.ReplaceAll(args[1], " ", "")
	if _, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret); err != nil {
		ts.Fatalf("%q is no secret: %v", args[1], err)
	}
	c, err := totp.GenerateCode(secret, time.Now().Add(time.Duration(steps)*30*time.Second))
	ts.Check(err)
	ts.Setenv(args[0], c)
}
