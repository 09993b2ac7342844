package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"limelight/blog"
	"limelight/storage"
)

// TestWaitOnATerminal, where one of two servers asked to be left alone for an hour
// before: the bar goes as far as the other one, and nobody waits for that hour.
func TestWaitOnATerminal(t *testing.T) {
	script := needProgram(t, "script")
	p := startProgram(t)
	db := p.open()
	for name, answer := range map[string]http.HandlerFunc{
		"good": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) },
		"busy": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusTooManyRequests)
		},
	} {
		server := httptest.NewServer(answer)
		t.Cleanup(server.Close)
		iri := server.URL + "/" + name
		follower := blog.Follower{Actor: blog.Actor{IRI: iri, Type: "Person", Inbox: iri + "/inbox"}, FollowID: iri + "/follow"}
		if ok, err := db.Follow(t.Context(), storage.Incoming{Actor: iri, ID: follower.FollowID}, follower); !ok || err != nil {
			t.Fatal(ok, err)
		}
	}
	await(t, "both to be tried", func() bool {
		all := rows[deliveryRow](p, "deliveries")
		return len(all) == 2 && all[0].Tries == 1 && all[1].Tries == 1
	})
	p.write("news.md", "News.\n")
	command := programCommand(t.Context(), p.dir, p.env)
	terminal := exec.CommandContext(t.Context(), script, "-qec", "'"+os.Args[0]+"' publish -wait news.md", "/dev/null")
	terminal.Dir, terminal.Env = command.Dir, append(command.Env, "TERM=xterm", "SHELL=/bin/sh")
	out, err := terminal.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	const told = "1 of 2 servers told, 1 waiting to be tried again, 0 failed"
	text := string(out)
	for _, want := range []string{"servers   0% |", "50% |", "(1/2)", told} {
		if !strings.Contains(text, want) {
			t.Errorf("there is no %q in %q", want, text)
		}
	}
	before, _, _ := strings.Cut(text, told)
	lines := strings.Split(before, "\r")
	if last := lines[len(lines)-1]; strings.TrimSpace(last) != "" {
		t.Errorf("the bar is not taken away: %q", last)
	}
	if out := p.run("deliveries", "-post", "news", "-state", "pending"); !strings.Contains(out, "waits until its server is tried again") {
		t.Errorf("why it waits:\n%s", out)
	}
}
