package storage_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"limelight/blog"
	"limelight/storage"
	"limelight/storage/storagetest"
)

// TestMain runs the tests, or what a test wants done in a process of its own.
func TestMain(m *testing.M) {
	role := os.Getenv("LIMELIGHT_TEST_ROLE")
	if role == "" {
		storagetest.Main(m)
	}
	o := storage.Options{Database: os.Getenv("LIMELIGHT_TEST_DATABASE"), Media: os.Getenv("LIMELIGHT_TEST_MEDIA")}
	if err := map[string]func(context.Context, storage.Options) error{"server": childServer, "command": childCommand}[role](context.Background(), o); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	os.Exit(0)
}

// child is a second process on the same database.
func child(t *testing.T, role string, o storage.Options) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), "LIMELIGHT_TEST_ROLE="+role, "LIMELIGHT_TEST_DATABASE="+o.Database, "LIMELIGHT_TEST_MEDIA="+o.Media)
	return cmd
}

// childServer serves, takes leases and waits to be killed.
func childServer(ctx context.Context, o storage.Options) error {
	db, err := storage.Serve(ctx, o)
	if err != nil {
		return err
	}
	ds, err := db.ClaimDeliveries(ctx, 10, 0, time.Hour, storage.Skip{})
	if err != nil {
		return err
	}
	fmt.Println("leased", len(ds))
	select {}
}

// childPosts is how many posts childCommand publishes.
const childPosts = 3

// childCommand writes beside the server like any command.
func childCommand(ctx context.Context, o storage.Options) error {
	db, err := storage.Open(ctx, o)
	if err != nil {
		return err
	}
	defer db.Close()
	for i := range childPosts {
		if _, _, _, err := db.Publish(ctx, blog.Post{Slug: fmt.Sprint("child-", i)}, storage.PublishOptions{}); err != nil {
			return err
		}
	}
	return nil
}
