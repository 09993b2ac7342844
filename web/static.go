package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"strings"

	"limelight/blog"
)

//go:embed static
var staticFiles embed.FS

// asset is a file of the program's own.
type asset struct {
	path string // from the root of the site, with the content's hash
	*answer
}

// assetTypes are the media types of static files, by extension. The machine's
// own list may differ.
var assetTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".svg": "image/svg+xml",
	".png": "image/png",
	".ico": "image/x-icon",

	// For themes.
	".jpg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp", ".avif": "image/avif",
	".woff2": "font/woff2",
}

// loadAssets finds every static file under its own name and under the one that
// a page uses: with a hash, so that a browser may keep it for good.
func loadAssets(look theme) (map[string]*asset, error) {
	names, err := look.static()
	if err != nil {
		return nil, err
	}
	assets := map[string]*asset{}
	for _, name := range names {
		data, err := look.staticFile(name)
		if err != nil {
			return nil, err
		}
		mediaType, known := assetTypes[path.Ext(name)]
		if !known {
			return nil, fmt.Errorf("%s: what type is that?", name)
		}
		hashed := hashedName(name, data)
		plain := newAnswer(mediaType, data)
		plain.vary, plain.cacheControl = varyFile, cacheSomeTime
		lasting := *plain
		lasting.cacheControl = cacheForGood
		assets[name] = &asset{"/static/" + hashed, plain}
		assets[hashed] = &asset{"/static/" + hashed, &lasting}
	}
	return assets, nil
}

// hashedName is site-0123456789ab.css for site.css.
func hashedName(name string, data []byte) string {
	sum := sha256.Sum256(data)
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + "-" + hex.EncodeToString(sum[:6]) + ext
}

// Static answers /static/{name}.
func (s *Site) Static(w http.ResponseWriter, r *http.Request) {
	s.handle(w, r, func(w http.ResponseWriter, r *http.Request) error {
		return s.sendAsset(w, r, r.PathValue("name"))
	})
}

// Favicon answers /favicon.ico, which browsers and feed readers ask for
// unasked.
func (s *Site) Favicon(w http.ResponseWriter, r *http.Request) {
	s.handle(w, r, func(w http.ResponseWriter, r *http.Request) error {
		return s.sendAsset(w, r, "favicon.ico")
	})
}

func (s *Site) sendAsset(w http.ResponseWriter, r *http.Request, name string) error {
	a, ok := s.assets[name]
	if !ok {
		return fault(http.StatusNotFound)
	}
	return a.send(w, r, s.now())
}

// DefaultAvatar is the blog's face as long as its author has set none.
func DefaultAvatar() blog.Image {
	const file = "avatar.png"
	// The file is part of the program: a test opens it.
	data, _ := staticFiles.ReadFile("static/" + file)
	return blog.Image{Path: "/static/" + hashedName(file, data), Type: assetTypes[path.Ext(file)], Width: 400, Height: 400}
}
