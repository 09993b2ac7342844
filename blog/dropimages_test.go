package blog

import "testing"

func TestDropImages(t *testing.T) {
	beside := func(address string) bool { return address == "/media/a.jpg" }
	for _, c := range []struct{ name, html, want string }{
		{"none", "<p>Text</p>", "<p>Text</p>"},
		{"a figure", `<p>A</p>` + "\n" + `<figure><img src="/media/a.jpg" alt="A &amp; b"><figcaption>A &amp; b</figcaption></figure>` + "\n<p>B</p>", "<p>A</p>\n<p>B</p>"},
		{"a figure that says more", `<figure><img src="/media/a.jpg" alt="x"><figcaption>More</figcaption></figure>`, `<figure><figcaption>More</figcaption></figure>`},
		{"within a line", `<p>A <img src="/media/a.jpg" alt="x" width="1"> B</p>`, `<p>A  B</p>`},
		{"alone", `<p><img src="/media/a.jpg" alt="x"></p>`, ``},
		{"another", `<p><img src="/media/b.jpg" alt="x"></p>`, `<p><img src="/media/b.jpg" alt="x"></p>`},
		{"a caption of another", `<figure><img src="/media/b.jpg" alt="x"><figcaption>x</figcaption></figure>`, `<figure><img src="/media/b.jpg" alt="x"><figcaption>x</figcaption></figure>`},
		{"raw text", `<p>&lt;img src="/media/a.jpg"&gt; <code>&amp;</code></p><img src="/media/a.jpg">`, `<p>&lt;img src="/media/a.jpg"&gt; <code>&amp;</code></p>`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := DropImages(c.html, beside); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
