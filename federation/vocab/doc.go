// Package vocab is the JSON of ActivityStreams and its extensions: what others
// send, read with care, and what the blog says, in the shapes that servers are
// known to read.
//
// Nothing here knows a network, a database or what an activity does; bytes
// become values and values bytes. Activities are read as plain JSON, not as
// JSON-LD: no peer sends anything else, and processing strangers' contexts has
// let several servers be deceived (CVE-2022-24307, CVE-2026-42462).
package vocab
