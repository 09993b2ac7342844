// Package storage keeps the blog's rows and media bytes. It is the only room
// that speaks SQL.
//
// A method is one transaction named for what happened: Publish writes the
// post, the activity and one delivery for each inbox, or nothing. The same SQL
// runs on SQLite and on PostgreSQL: text keys, BIGINT milliseconds, BOOLEAN,
// $1 placeholders, no functions of one engine. Where the engines differ
// (opening, identity columns, row locks) a file is named for the engine.
//
// On PostgreSQL any number of processes serve, and who is alive is in a table
// (processes.go). A method is a transaction of its own there (postgres.go), but
// for what comes in from others, which is committed in groups (postgres_groups.go).
//
// On SQLite the serving process writes through one goroutine that commits in
// groups (groups.go, writer.go) and reads through a pool of read-only connections;
// other commands write beside it, waiting their turn (sqlite.go).
//
// What a transaction adds to the counts of posts is written once, at its end
// (tallies.go), as is what it writes under keys that others write too
// (shared_keys.go).
//
// Nothing here parses, renders, fetches or decides: no Markdown, no JSON of
// other servers, no HTTP status, no retry schedule.
package storage
