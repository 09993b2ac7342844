package storage

import "errors"

// Errors that callers tell apart with errors.Is.
var (
	ErrNotFound   = errors.New("not found")
	ErrNoDatabase = errors.New("no database here yet; `limelight serve` makes it")
	ErrInUse      = errors.New("another `limelight serve` uses this database")
	ErrNotEmpty   = errors.New("there is something in this database already; a copy needs an empty one")
	ErrVersion    = errors.New("the database is of another version of limelight")
	ErrLocked     = errors.New("another program keeps the database locked; try again when it is done")
	ErrFull       = errors.New("the disk that the database is on is full, so nothing was changed; make room and try again")
	ErrClosed     = errors.New("the database is closed")
	ErrDeleted    = errors.New("deleted") // there was such a post or comment; answer 410
	ErrServed     = errors.New("another node serves this blog under another address, or did within the last minute; all take the same server.base_url")
	ErrAnchored   = errors.New("servers elsewhere know this blog by its old address")
	ErrRotated    = errors.New("the key was replaced less than seven days ago")
	ErrGivenUp    = errors.New("the database did not answer, so what was under way was given up; nobody had been told that it was kept")
	ErrLeft       = errors.New("the blog has left the fediverse for good")
	ErrBlocked    = errors.New("the author keeps it out")
	ErrVeiled     = errors.New("it cannot be shown")
	ErrFederated  = errors.New("the post is out in the fediverse; unpublish it first")
)

// errNoEffect rolls a transaction back in which an incoming activity turned
// out to change nothing: what had no effect is not remembered as seen.
var errNoEffect = errors.New("no effect")
