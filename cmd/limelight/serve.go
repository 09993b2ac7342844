package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"limelight/blog"
	"limelight/federation"
	"limelight/storage"
	"limelight/web"
	"limelight/web/lane"
)

// shutdownGrace is how long requests and deliveries that run may take to
// finish after SIGTERM.
const shutdownGrace = 20 * time.Second

// node is a running blog.
type node struct {
	config    *Config
	log       *slog.Logger
	lines     *lineWriter // of log
	db        *storage.DB
	blog      *blog.Blog
	site      *web.Site
	fed       *federation.Node
	hub       *federation.Hub
	notifiers []job
	watched   *metricsServer // nil without server.metrics
	began     time.Time
	listener  net.Listener // of the blog
	redirect  net.Listener // of http beside https; nil without TLS
	secure    *secure      // nil without TLS
	lane      *lane.Lane   // nil with TLS
	servers   []server
	manager   serviceManager
}

// server answers at a listener.
type server struct {
	*http.Server
	at  net.Listener
	tls bool
}

func serve(ctx context.Context, e *env, args []string) error {
	f := newFlags(e, "serve", "")
	if _, err := f.parse(args, 0); err != nil {
		return err
	}
	c, err := loadConfig(e, *f.config)
	if err != nil {
		return err
	}
	log, lines, err := c.newLog(e.stderr)
	if err != nil {
		return err
	}
	spendMemory(e.getenv)
	defer lines.Flush()
	n, err := startNode(ctx, c, log, lines)
	if err != nil {
		return err
	}
	n.announce(e.stdout)
	n.advise()
	n.manager = serviceManager(e.getenv("NOTIFY_SOCKET"))
	n.tellManager(serviceReady)
	return errors.Join(n.run(ctx), n.closeDatabase())
}

// tellManager has the log say what went wrong: nothing here depends on it.
func (n *node) tellManager(state string) {
	if err := n.manager.tell(state); err != nil {
		n.log.Warn("systemd was not told how the node fares", "err", err)
	}
}

// closeDatabase says what was given up for a database that does not answer. Whoever
// sent that was told nothing, and sends it again.
func (n *node) closeDatabase() error {
	err := n.db.Close()
	if errors.Is(err, storage.ErrGivenUp) {
		n.log.Error("stopped without having written everything", "err", err)
		return nil
	}
	return err
}

// startNode takes the port, opens the data and puts the rooms together: in this
// order, so that a port that is taken leaves no database behind.
func startNode(ctx context.Context, c *Config, log *slog.Logger, lines *lineWriter) (_ *node, err error) {
	n := &node{config: c, log: log, lines: lines, began: time.Now()}
	defer func() {
		if err != nil {
			n.closeListeners()
		}
	}()
	if err = n.listen(); err != nil {
		return nil, err
	}
	if err = n.listenMetrics(); err != nil {
		return nil, err
	}
	if n.db, err = storage.Serve(ctx, c.served(log)); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			n.db.Close()
		}
	}()
	row, err := n.startBlog(ctx)
	if err != nil {
		return nil, err
	}
	if n.blog, err = c.profile(ctx, n.db, row); err != nil {
		return nil, err
	}
	if n.fed, err = c.federation(ctx, n.blog, n.db, row, log); err != nil {
		return nil, fmt.Errorf("prepare federation: %w", err)
	}
	o, err := c.web(ctx, n.blog, n.db, n.fed, log)
	if err != nil {
		return nil, err
	}
	if n.site, err = web.New(o); err != nil {
		return nil, fmt.Errorf("prepare the pages: %w", err)
	}
	if n.hub, err = n.fed.NewHub(ctx, c.hub(n.blog), n.site.FeedDocument); err != nil {
		return nil, fmt.Errorf("prepare the hub: %w", err)
	}
	if err = n.fed.Introduce(ctx); err != nil {
		return nil, err
	}
	if n.notifiers, err = n.newNotifiers(); err != nil {
		return nil, err
	}
	if n.secure, err = n.newSecure(ctx); err != nil {
		return nil, err
	}
	n.servers = n.newServers()
	return n, nil
}

// announce tells the person at the terminal where everything is. The last line
// is fixed: programs wait for it.
func (n *node) announce(w io.Writer) {
	b := n.blog
	fmt.Fprintf(w, "limelight %s\n", version)
	fmt.Fprintf(w, "  blog    %s\n", b.HomeURL())
	fmt.Fprintf(w, "  handle  @%s\n", b.Acct())
	fmt.Fprintf(w, "  feeds   %s (RSS)  %s (Atom)  %s (JSON Feed)\n", b.URL("/feed.xml"), b.URL("/feed.atom"), b.URL("/feed.json"))
	s := n.config.storage()
	fmt.Fprintf(w, "  data    %s, images in %s\n", s.Name(), s.Media)
	if n.watched != nil {
		fmt.Fprintf(w, "  metrics http://%s/metrics\n", n.watched.listener.Addr())
	}
	switch {
	case n.secure != nil:
		fmt.Fprintf(w, "  https   %s, %s\n", n.listener.Addr(), n.secure.about)
		if n.redirect != nil {
			fmt.Fprintf(w, "  http    %s, which sends visitors on to https\n", n.redirect.Addr())
		}
	case n.config.Server.BaseURL == "":
		how := "set server.base_url in " + n.config.file
		if n.config.file == "" {
			how = "`limelight init` asks for its domain"
		}
		fmt.Fprintf(w, "  Only this machine can reach it like this. For the world, %s.\n", how)
	default:
		fmt.Fprintf(w, "  local   http://%s is where the web server in front of it finds it\n", n.listener.Addr())
	}
	fmt.Fprintf(w, "listening on %s\n", b.BaseURL)
}

// run serves until ctx ends, then lets what runs finish.
func (n *node) run(ctx context.Context) error {
	defer n.startBeating(ctx)()
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	var background sync.WaitGroup
	for _, j := range n.jobs() {
		background.Go(func() { j.supervise(work, n.log) })
	}
	if n.watched != nil {
		background.Go(func() { n.watched.run(work) })
	}
	failed := make(chan error, len(n.servers))
	for _, s := range n.servers {
		go func() { failed <- s.serve() }()
	}
	var err error
	select {
	case err = <-failed:
		err = errors.Join(err, n.closeServers())
	case <-ctx.Done():
		n.log.Info("stopping")
		n.tellManager(serviceStopping)
		// Deliveries stop being claimed while the last requests are answered.
		stopWork()
		err = n.finishRequests(context.WithoutCancel(ctx))
	}
	stopWork()
	background.Wait()
	return err
}
