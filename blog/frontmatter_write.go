package blog

import (
	"bytes"
	"fmt"
	"time"

	"gopkg.in/yaml.v3"
)

// FrontMatter is what stands above the text of a post's file, in the order in
// which it is written. What is empty is left out, the title apart: without one
// the file's name would be it.
type FrontMatter struct {
	Title      string    `yaml:"title"`
	Slug       string    `yaml:"slug,omitempty"`
	Date       string    `yaml:"date,omitempty"`
	Updated    string    `yaml:"updated,omitempty"`
	Summary    string    `yaml:"summary,omitempty"`
	Tags       []string  `yaml:"tags,omitempty"`
	Language   string    `yaml:"language,omitempty"`
	Draft      bool      `yaml:"draft,omitempty"`
	Visibility string    `yaml:"visibility,omitempty"`
	Image      string    `yaml:"image,omitempty"`
	ImageAlt   string    `yaml:"image_alt,omitempty"`
	ImageFocus []float64 `yaml:"image_focus,omitempty,flow"`
	Sensitive  bool      `yaml:"sensitive,omitempty"`
	Pinned     bool      `yaml:"pinned,omitempty"`
	Comments   string    `yaml:"comments,omitempty"`
	Audio      string    `yaml:"audio,omitempty"`
	AudioTitle string    `yaml:"audio_title,omitempty"`
	AudioSize  int64     `yaml:"audio_size,omitempty"`
	Video      string    `yaml:"video,omitempty"`
	VideoTitle string    `yaml:"video_title,omitempty"`
	VideoSize  int64     `yaml:"video_size,omitempty"`
	Duration   int64     `yaml:"duration,omitempty"` // seconds
	Season     int       `yaml:"season,omitempty"`
	Episode    int       `yaml:"episode,omitempty"`
	Explicit   bool      `yaml:"explicit,omitempty"`
	Chapters   string    `yaml:"chapters,omitempty"`
	Transcript string    `yaml:"transcript,omitempty"`
}

// File is the file of a post, which Compose reads.
func (f FrontMatter) File(text string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("---\n")
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(f); err != nil {
		return nil, fmt.Errorf("write a front matter: %w", err)
	}
	fmt.Fprintf(&b, "---\n\n%s\n", text)
	return b.Bytes(), nil
}

// MetaTime is a time as a front matter has it; empty for none.
func MetaTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.999Z07:00")
}
