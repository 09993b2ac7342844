package feed

import (
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"limelight/blog"
)

// Podcast is what directories of podcasts want to know of a feed that has audio
// or video.
type Podcast struct {
	Category string // Apple's, "Society & Culture > Documentary"; empty means none
	Email    string // of the owner, for directories to verify; empty means none
	Explicit bool   // not for children
	Image    string // path of the square cover; empty means the blog's face
}

// podcastChannel is what Apple's tags and the podcast namespace say of a feed.
type podcastChannel struct {
	Author   string           `xml:"itunes:author"`
	Explicit string           `xml:"itunes:explicit"`
	Type     string           `xml:"itunes:type"`
	Image    *podcastImage    `xml:"itunes:image"`
	Category *podcastCategory `xml:"itunes:category"`
	Owner    *podcastOwner    `xml:"itunes:owner"`
	GUID     string           `xml:"podcast:guid"`
	Medium   string           `xml:"podcast:medium"`
}

type podcastImage struct {
	Href string `xml:"href,attr"`
}

type podcastCategory struct {
	Text string           `xml:"text,attr"`
	Sub  *podcastCategory `xml:"itunes:category"`
}

type podcastOwner struct {
	Name  string `xml:"itunes:name"`
	Email string `xml:"itunes:email"`
}

// podcastChannel is nil for a feed in which nothing is to be heard or seen.
func (f *Feed) podcastChannel() *podcastChannel {
	audio, video := false, false
	for i := range f.Posts {
		if e := &f.Posts[i].Enclosure; e.URL != "" {
			audio, video = audio || !e.IsVideo(), video || e.IsVideo()
		}
	}
	if !audio && !video {
		return nil
	}
	c := &podcastChannel{
		Author: f.owner().name, Explicit: strconv.FormatBool(f.Podcast.Explicit), Type: "episodic",
		Category: f.Podcast.category(), GUID: podcastGUID(f.id()), Medium: "podcast",
	}
	if !audio {
		c.Medium = "video"
	}
	if cover := f.cover(); cover != "" {
		c.Image = &podcastImage{cover}
	}
	if f.Podcast.Email != "" {
		c.Owner = &podcastOwner{c.Author, clean(f.Podcast.Email)}
	}
	return c
}

func (f *Feed) cover() string {
	if f.Podcast.Image != "" {
		return f.Blog.URL(f.Podcast.Image)
	}
	return f.owner().avatar
}

func (p *Podcast) category() *podcastCategory {
	if p.Category == "" {
		return nil
	}
	main, sub, found := strings.Cut(p.Category, ">")
	c := &podcastCategory{Text: clean(strings.TrimSpace(main))}
	if found {
		c.Sub = &podcastCategory{Text: clean(strings.TrimSpace(sub))}
	}
	return c
}

// podcastSpace is the name space of podcast:guid.
var podcastSpace = uuid.UUID{0xea, 0xd4, 0xc2, 0x36, 0xbf, 0x58, 0x58, 0xc6, 0xa2, 0xc6, 0xa6, 0xb2, 0x8d, 0x12, 0x8c, 0xb6}

// podcastGUID is a podcast's id as the podcast namespace makes it of the address
// of its feed, which stands without scheme and without slashes at its end.
func podcastGUID(address string) string {
	if _, rest, found := strings.Cut(address, "://"); found {
		address = rest
	}
	return uuid.NewSHA1(podcastSpace, []byte(strings.TrimRight(address, "/"))).String()
}

// podcastItem is what these say of an item: where it is talked about, and of an
// episode all else.
type podcastItem struct {
	EpisodeTitle string        `xml:"itunes:title,omitempty"`
	Duration     string        `xml:"itunes:duration,omitempty"`
	Explicit     string        `xml:"itunes:explicit,omitempty"`
	Season       string        `xml:"itunes:season,omitempty"`
	Episode      string        `xml:"itunes:episode,omitempty"`
	EpisodeType  string        `xml:"itunes:episodeType,omitempty"`
	Image        *podcastImage `xml:"itunes:image"`
	SeasonToo    string        `xml:"podcast:season,omitempty"`
	EpisodeToo   string        `xml:"podcast:episode,omitempty"`
	Transcript   *podcastFile  `xml:"podcast:transcript"`
	Chapters     *podcastFile  `xml:"podcast:chapters"`
	Talk         *podcastTalk  `xml:"podcast:socialInteract"`
}

type podcastFile struct {
	URL      string `xml:"url,attr"`
	Type     string `xml:"type,attr"`
	Language string `xml:"language,attr,omitempty"`
}

type podcastTalk struct {
	Protocol   string `xml:"protocol,attr"`
	URI        string `xml:"uri,attr"`
	AccountID  string `xml:"accountId,attr"`
	AccountURL string `xml:"accountUrl,attr"`
}

func (f *Feed) podcastItem(it *item) *podcastItem {
	p := &podcastItem{}
	if it.twin != "" && it.talk.page != "" {
		p.Talk = &podcastTalk{"activitypub", it.twin, "@" + f.Blog.Acct(), f.Blog.HomeURL()}
	}
	e := it.enclosure
	if e.URL == "" {
		return p
	}
	p.EpisodeTitle, p.EpisodeType = it.title, "full"
	if e.Title != "" {
		p.EpisodeTitle = clean(e.Title)
	}
	p.Explicit = strconv.FormatBool(e.Explicit || f.Podcast.Explicit)
	p.Duration = numberText(int64(e.Duration / time.Second))
	p.Season, p.Episode = numberText(int64(e.Season)), numberText(int64(e.Episode))
	p.SeasonToo, p.EpisodeToo = p.Season, p.Episode
	if it.image.Path != "" {
		p.Image = &podcastImage{f.Blog.URL(it.image.Path)}
	}
	p.Chapters = f.podcastFile(e.Chapters)
	if p.Transcript = f.podcastFile(e.Transcript); p.Transcript != nil {
		p.Transcript.Language = it.language
	}
	return p
}

func (f *Feed) podcastFile(file blog.EnclosureFile) *podcastFile {
	if file.URL == "" {
		return nil
	}
	return &podcastFile{URL: f.Blog.URL(file.URL), Type: file.Type}
}

// numberText is a number that is left out when it is 0.
func numberText(n int64) string {
	if n <= 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}
