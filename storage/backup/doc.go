// Package backup puts a blog into one archive and takes it out again.
//
// An archive is a gzipped tar that any machine unpacks: database.sqlite (what
// storage.Snapshot wrote, whichever engine is served), config/limelight.toml with
// the files that it names, media/ with avatars/ in it, and last manifest.json with
// the size and SHA-256 of all of them; without that it is not whole. It holds the
// blog's private key.
//
// Of the formats at hand, gzip is in the standard library and on every machine,
// where zstd is on neither. It is slower, but only the database is compressed:
// pictures and sound are that already, and stand in gzip members that store.
//
// Whoever reads an archive takes it for a stranger's until it is proved sound:
// plain files only, under the names above, bounded in number and size.
package backup
