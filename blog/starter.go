package blog

import (
	_ "embed"
	"fmt"
	"time"
)

//go:embed starter/rush-a-reflection.md
var starterFile []byte

// Starter is the post that a new blog begins with: a reflection on the
// documentary about the rock band Rush. now is the time of the first start.
func Starter(now time.Time) (Post, error) {
	c, err := Compose("rush-a-reflection.md", starterFile, ComposeOptions{Now: now})
	if err != nil {
		return Post{}, fmt.Errorf("compose the first post: %w", err)
	}
	return c.Post, nil
}
