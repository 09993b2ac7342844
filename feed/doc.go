// Package feed makes RSS 2.0, Atom 1.0 and JSON Feed 1.1 of posts, or of what was
// said about them, and reads and writes the OPML of blogs that are recommended.
//
// It is pure: posts and the blog go in, bytes come out. It knows no clock, no
// network and no database, and nothing of HTTP: package web serves what is made
// here and keeps it.
//
// The formats come from github.com/gorilla/feeds, whose lower structs are
// embedded in structs of our own: fields of the outer one stand in for those of
// the inner one of the same name. That is how several categories, the links to
// a feed itself and right ids are said, and how faults of the library are
// mended: an Atom id that is a link, a name where RSS wants an address, control
// characters that make XML unreadable, "banner_", and items that go missing in
// an empty JSON Feed.
//
// Posts and comments become items, which know no format; a file for each format
// writes them. What is said of an item in one format is said in all that have
// room for it.
package feed
