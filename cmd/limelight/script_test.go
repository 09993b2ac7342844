package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// TestScripts runs the program as a person at a terminal does. Beside what
// testscript has of its own, the scripts may say:
//
//	serving                start `limelight serve`, with the script's LIMELIGHT_ variables, and set $url
//	fails CODE ARGS...     run limelight, which must exit with CODE
//	members NAME...        stdout is one JSON array, whose every element has these members in this order
//	[!] shows PATH PATTERN wait until the page matches (or does not)
//	visitors SLUG          followers, comments and reactions come to a post
//	settled N              wait until N deliveries or more have their receipt, and none waits for one
//	refuse PREFIX STATUS   from now on the visitors' server answers so below PREFIX
//	stopping               stop the server that serving started
//	picture FILE WIDTH     write a PNG
//	bucket start|away|back S3-compatible storage, at $BUCKET
//
// and $EXAMPLE is config.example.toml. [postgres] holds when the suite runs on
// PostgreSQL, where each script has a database of its own.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serving":  serving,
			"fails":    fails,
			"members":  members,
			"shows":    shows,
			"visitors": visitors,
			"settled":  settled,
			"picture":  picture,
			"refuse":   refuse,
			"stopping": stopping,
			"bucket":   bucket,
		},
		Setup: func(e *testscript.Env) error {
			example, err := filepath.Abs("../../config.example.toml")
			e.Setenv("EXAMPLE", example)
			e.Values[stopKey{}] = new(func())
			e.Values[refusalKey{}] = new(refusal)
			e.Values[bucketKey{}] = scriptBucket(t)
			if storagetest.OnPostgres() {
				e.Setenv("LIMELIGHT_STORAGE_DATABASE", storagetest.BlankPostgres(t))
			}
			return err
		},
		Condition: func(name string) (bool, error) {
			if name != "postgres" {
				return false, fmt.Errorf("there is no condition %q", name)
			}
			return storagetest.OnPostgres(), nil
		},
		UpdateScripts: *update,
	})
}

// scriptData is where the script's node has its data.
func scriptData(ts *testscript.TestScript) storage.Options {
	o := storage.Options{Database: ts.MkAbs("limelight.db"), Media: ts.MkAbs("media")}
	if storagetest.OnPostgres() {
		o.Database = ts.Getenv("LIMELIGHT_STORAGE_DATABASE")
	}
	return o
}

func serving(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: serving")
	}
	env := []string{"LIMELIGHT_SERVER_LISTEN=127.0.0.1:0", "LIMELIGHT_SERVER_SELF_CHECK=false", "LIMELIGHT_CONFIG=" + ts.Getenv("LIMELIGHT_CONFIG")}
	for _, s := range settings(defaults()) {
		if value := ts.Getenv(s.envName()); value != "" {
			env = append(env, s.envName()+"="+value)
		}
	}
	cmd := programCommand(context.Background(), ts.Getenv("WORK"), env, "serve")
	logs := &lockedBuffer{}
	cmd.Stderr = logs
	stdout, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	url, printed := awaitListening(stdout)
	if url == "" {
		ts.Fatalf("serve ended before it listened: %v\n%s%s", cmd.Wait(), printed, logs)
	}
	done := make(chan error, 1)
	go func() {
		io.Copy(io.Discard, stdout)
		done <- cmd.Wait()
	}()
	stop := sync.OnceFunc(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		if err := <-done; err != nil {
			ts.Logf("serve: %v\n%s", err, logs)
		}
	})
	ts.Defer(stop)
	ts.Setenv("url", url)
	*ts.Value(stopKey{}).(*func()) = stop
}

// stopKey is where a script keeps how to stop its server.
type stopKey struct{}

func stopping(ts *testscript.TestScript, neg bool, args []string) {
	stop := *ts.Value(stopKey{}).(*func())
	if neg || len(args) != 0 || stop == nil {
		ts.Fatalf("usage: stopping, after serving")
	}
	stop()
}

func fails(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: fails CODE ARGS...")
	}
	code, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec("limelight", args[1:]...)
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != code {
		ts.Fatalf("limelight %s: %v, not exit status %d", strings.Join(args[1:], " "), err, code)
	}
}

// utcTime is RFC 3339 in UTC, the only form of times in lists.
var utcTime = regexp.MustCompile(`^"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"$`)

// times are the members of lists that hold a time, or null for none.
var times = []string{"published", "updated", "edited", "since", "at", "next_try", "delivered", "failing"}

func members(ts *testscript.TestScript, neg bool, want []string) {
	var rows []json.RawMessage
	if err := json.Unmarshal([]byte(ts.ReadFile("stdout")), &rows); err != nil || len(rows) == 0 || neg {
		ts.Fatalf("not a JSON array with elements: %v", err)
	}
	for _, row := range rows {
		d := json.NewDecoder(bytes.NewReader(row))
		_, err := d.Token()
		ts.Check(err)
		var got []string
		for d.More() {
			name, err := d.Token()
			ts.Check(err)
			var value json.RawMessage
			ts.Check(d.Decode(&value))
			got = append(got, fmt.Sprint(name))
			if slices.Contains(times, got[len(got)-1]) && string(value) != "null" && !utcTime.Match(value) {
				ts.Fatalf("%v is %s, no time in UTC", name, value)
			}
		}
		if !slices.Equal(got, want) {
			ts.Fatalf("the members are %q, not %q", got, want)
		}
	}
}

func shows(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: [!] shows PATH PATTERN")
	}
	pattern := regexp.MustCompile("(?s)" + args[1])
	for deadline := time.Now().Add(patience); ; <-time.After(20 * time.Millisecond) {
		page := fetch(ts, ts.Getenv("url")+args[0])
		if pattern.MatchString(page) != neg {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("waited %v in vain; the page:\n%s", patience, page)
		}
	}
}

func settled(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: settled N")
	}
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	for deadline := time.Now().Add(patience); ; <-time.After(20 * time.Millisecond) {
		ts.Check(ts.Exec("limelight", "deliveries", "-json"))
		var rows []struct{ State blog.DeliveryState }
		ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &rows))
		waiting := false
		for _, row := range rows {
			waiting = waiting || row.State == blog.Pending
		}
		if len(rows) >= n && !waiting {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("waited %v in vain", patience)
		}
	}
}
