package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write golden files anew")

func getenvFrom(vars map[string]string) func(string) string {
	return func(name string) string { return vars[name] }
}

func TestExampleFileIsWhatConfigPrints(t *testing.T) {
	var b bytes.Buffer
	writeExample(&b)
	const file = "../../config.example.toml"
	if *update {
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b.Bytes(), want) {
		t.Errorf("config.example.toml differs from what `limelight config` prints; go test ./cmd/limelight -run Example -update writes it")
	}
}

func TestExampleFileUncommentedIsTheDefaults(t *testing.T) {
	var b bytes.Buffer
	writeExample(&b)
	var lines []string
	for line := range strings.Lines(b.String()) {
		if strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "# ") {
			line = line[1:]
		}
		lines = append(lines, line)
	}
	c := defaults()
	if err := decodeConfig(c, "example", strings.Join(lines, "")); err != nil {
		t.Fatal(err)
	}
	if err := c.validate(func(key string) string { return key }); err != nil {
		t.Error(err)
	}
	if c.Server.Listen != defaults().Server.Listen || !c.Blog.Starter {
		t.Errorf("read back %+v", c)
	}
}

func TestLoadConfigErrors(t *testing.T) {
	tests := []struct {
		name, file string
		env        map[string]string
		want       string
	}{
		{"unknown key", "[server]\nlisten = \":1\"\n\nlisen = \"x\"\n", nil, "FILE:4: there is no setting server.lisen; did you mean server.listen?"},
		{"known name in another section", "[blog]\nlisten = \":1\"\n", nil, "FILE:2: there is no setting blog.listen; did you mean server.listen?"},
		{"unknown section", "[servr]\nlisten = \":1\"\n", nil, "FILE:1: there is no setting servr; `limelight config` prints them all"},
		{"no TOML", "[server]\nlisten = :8080\n", nil, "FILE:2: "},
		{"wrong type", "[blog]\nstarter = \"yes\"\n", nil, "FILE:2: blog.starter should be true or false, not a string"},
		{"a string for a list", "[server]\n\ntrusted_proxies = \"127.0.0.1\"\n", nil, "FILE:3: server.trusted_proxies should be a list in [ ], not a string"},
		{"a number for a string", "[server]\nlisten = 8080\n", nil, "FILE:2: server.listen should be a string in \" \", not a number"},
		{"a value for a section", "\nserver = 5\n", nil, "FILE:2: server is no setting but a section, [server]"},
		{"a section twice", "[server]\n\n[server]\n", nil, "FILE:3: Key 'server' has already been defined: a [section], and a setting within it, may stand once only"},
		{"outside of its section", "listn = \":1\"\n", nil, "FILE:1: there is no setting listn; did you mean server.listen?"},
		{"in a table of a list", "[blog]\n\n[[blog.fields]]\nnmae = \"x\"\n", nil, "FILE:4: there is no setting blog.fields.nmae"},
		{"in a list of tables", "[blog]\nfields = [{nmae = \"x\"}]\n", nil, "FILE:2: there is no setting blog.fields.nmae"},
		{"dotted and quoted", "\n\"server\".listen = \"x\"\n", nil, "server.listen is \"x\"; it should look like localhost:8080"},
		{"quoted", "[blog]\n\"handle\" = \"É\"\n", nil, "FILE:2: blog.handle is \"É\""},
		{"no port", "[server]\nlisten = \"localhost\"\n", nil, "FILE:2: server.listen is \"localhost\"; it should look like localhost:8080"},
		{"a port too large", "[server]\nlisten = \":99999\"\n", nil, "FILE:2: server.listen is \":99999\"; it should look like"},
		{"path in base_url", "[server]\nbase_url = \"https://example.com/blog\"\n", nil, "FILE:2: server.base_url is \"https://example.com/blog\"; limelight needs a host of its own"},
		{"base_url without scheme", "[server]\nbase_url = \"blog.example.com\"\n", nil, "it should look like https://blog.example.com"},
		{"base_url with a query", "[server]\nbase_url = \"https://example.com?x\"\n", nil, "FILE:2: server.base_url is \"https://example.com?x\"; scheme and host are all"},
		{"base_url in capitals", "[server]\nbase_url = \"https://Example.com\"\n", nil, "write the host in lower case"},
		{"base_url with the usual port", "[server]\nbase_url = \"https://example.com:443\"\n", nil, "leave out :443"},
		{"base_url with a port too large", "[server]\nbase_url = \"https://example.com:70000\"\n", nil, "a port is a number from 1 to 65535"},
		{"base_url beyond ASCII", "[server]\nbase_url = \"https://blög.example\"\n", nil, "write the host as xn--blg-tna.example"},
		{"no media", "[storage]\n\nmedia = \"\"\n", nil, "FILE:3: storage.media is empty"},
		{"bad handle", "[blog]\nhandle = \"Me!\"\n", nil, "FILE:2: blog.handle is \"Me!\"; it may have a-z, 0-9 and _ only"},
		{"address for handle_domain", "[federation]\nhandle_domain = \"https://example.com\"\n", nil, "FILE:2: federation.handle_domain is \"https://example.com\"; it should be a domain alone"},
		{"handle for handle_domain", "[federation]\nhandle_domain = \"@blog@example.com\"\n", nil, "it should be a domain alone, in lower case and ASCII, such as example.com"},
		{"handle_domain in capitals", "[federation]\nhandle_domain = \"Example.com\"\n", nil, "it should be a domain alone"},
		{"profile without scheme", "[blog]\nme = [\"social.example/@ann\"]\n", nil, "FILE:2: blog.me has \"social.example/@ann\"; it should be an address"},
		{"script as a profile", "[blog]\nme = [\"javascript:alert(1)\"]\n", nil, "FILE:2: blog.me has \"javascript:alert(1)\""},
		{"creator without host", "[blog]\ncreator = \"ann\"\n", nil, "FILE:2: blog.creator is \"ann\"; it should be a handle such as ann@social.example"},
		{"address as creator", "[blog]\ncreator = \"https://social.example/@ann\"\n", nil, "FILE:2: blog.creator is"},
		{"bad zone", "[blog]\ntimezone = \"Mars/Olympus\"\n", nil, "FILE:2: blog.timezone is \"Mars/Olympus\""},
		{"bad choice", "[comments]\n# a comment\npolicy = \"opne\"\n", nil, "FILE:3: comments.policy is \"opne\"; it may be open, known, held, closed"},
		{"a string for a number", "[comments]\nclose_after_days = \"never\"\n", nil, "FILE:2: comments.close_after_days should be a number, not a string in \" \""},
		{"a number below none", "[comments]\nactor_per_hour = -1\n", nil, "FILE:2: comments.actor_per_hour is -1; it may be 0 to 36500"},
		{"environment number", "", map[string]string{"LIMELIGHT_COMMENTS_HOST_PER_HOUR": "many"}, "LIMELIGHT_COMMENTS_HOST_PER_HOUR: \"many\" is no whole number"},
		{"bad network", "[federation]\nallow_private_networks = [\"localhost\"]\n", nil, "FILE:2: federation.allow_private_networks has \"localhost\""},
		{"no address", "[feed]\npodcast_email = \"Ann <ann@example.com>\"\n", nil, "FILE:2: feed.podcast_email is \"Ann <ann@example.com>\"; it should look like ann@example.com"},
		{"half a category", "[feed]\npodcast_category = \"Arts >\"\n", nil, "FILE:2: feed.podcast_category is \"Arts >\"; it should be a category"},
		{"bad relay", "[federation]\nrelays = [\"relay.example.com\"]\n", nil, "FILE:2: federation.relays has \"relay.example.com\"; it should be the address of a relay's actor"},
		{"environment list", "", map[string]string{"LIMELIGHT_SERVER_TRUSTED_PROXIES": "10.0.0.0/8,nonsense"}, "LIMELIGHT_SERVER_TRUSTED_PROXIES: server.trusted_proxies has \"nonsense\""},
		{"environment fields", "", map[string]string{"LIMELIGHT_BLOG_FIELDS": "Website"}, "LIMELIGHT_BLOG_FIELDS: \"Website\" should look like Name=value"},
		{"environment", "", map[string]string{"LIMELIGHT_BLOG_STARTER": "perhaps"}, "LIMELIGHT_BLOG_STARTER: \"perhaps\" is neither true nor false"},
		{"environment value", "", map[string]string{"LIMELIGHT_BLOG_HANDLE": "É"}, "LIMELIGHT_BLOG_HANDLE: blog.handle is"},
		{"environment over a fault of the file's", "[blog]\nhandle = \"fine\"\n", map[string]string{"LIMELIGHT_BLOG_HANDLE": "Not"}, "LIMELIGHT_BLOG_HANDLE: blog.handle is \"Not\""},
		{"postgres", "[storage]\ndatabase = \"postgres://ann:pass/word@db.test/blog\"\n", nil, "FILE:2: storage.database is no PostgreSQL address that can be read"},
		{"connections", "[storage]\nconnections = 1\n", nil, "FILE:2: storage.connections is 1; a node needs 2 at least"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "limelight.toml")
			if err := os.WriteFile(file, []byte(tt.file), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := loadConfig(&env{getenv: getenvFrom(tt.env)}, file)
			want := strings.ReplaceAll(tt.want, "FILE", file)
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v\nwant it to contain %s", err, want)
			}
		})
	}
}

func TestLoadConfigPrecedence(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "my.toml")
	text := "[blog]\ntitle = \"From the file\"\nhandle = \"file\"\nfields = [{name = \"Site\", value = \"https://example.com\"}]\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	e := &env{getenv: getenvFrom(map[string]string{
		"LIMELIGHT_CONFIG":                            file,
		"LIMELIGHT_BLOG_HANDLE":                       "env",
		"LIMELIGHT_FEDERATION_ALLOW_PRIVATE_NETWORKS": "127.0.0.0/8, ::1",
	})}
	c, err := loadConfig(e, "")
	if err != nil {
		t.Fatal(err)
	}
	if c.Blog.Title != "From the file" || c.Blog.Handle != "env" || c.Blog.Language != "en" {
		t.Errorf("title %q, handle %q, language %q", c.Blog.Title, c.Blog.Handle, c.Blog.Language)
	}
	if len(c.Federation.AllowPrivateNetworks) != 2 || len(c.Blog.Fields) != 1 {
		t.Errorf("lists: %v %v", c.Federation.AllowPrivateNetworks, c.Blog.Fields)
	}
	if got, want := c.path(c.Storage.Database), filepath.Join(dir, "limelight.db"); got != want {
		t.Errorf("database at %s, want %s", got, want)
	}
}
