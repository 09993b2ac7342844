// Package bring reads what other programs keep of a blog, and makes posts of it
// that package blog can compose: folders of Hugo and Jekyll here, feeds and
// WordPress exports in feed/read, Mastodon archives in federation/archive, which
// all give a Source.
//
// What publish takes is what comes out: Markdown with a front matter, so that
// what was brought can be edited like what was written here. HTML becomes
// Markdown, and stays HTML where Markdown has no word for it. Whatever does not come as
// it was is told in Notes; what does not come at all says why in Left.
//
// Files are a stranger's: bounded in size, number and depth, and never opened
// outside of their folder. Nothing here opens a connection or writes a row.
package bring
