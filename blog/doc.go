// Package blog holds the nouns of limelight and what can be done with them
// without a database, a network or a clock of its own: a post from its
// Markdown file, safe HTML from a stranger's HTML, a web-ready image from a
// camera's, and the addresses under which all of it is found.
//
// Every other room speaks in these types. Nothing here knows SQL, HTTP
// statuses, ActivityPub or XML: a line with such a word belongs elsewhere.
package blog
