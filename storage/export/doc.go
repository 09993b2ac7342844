// Package export writes a blog into a folder that people and other programs can
// read, and makes the same blog of it again.
//
// posts/ has each post that is out for everybody as Markdown with a front matter, in
// a folder of its own when files lie beside it; private/ those that are not: drafts,
// scheduled, local and unlisted ones; media/ the files of the blog under the names by which
// they are served, with avatars/ in it; rows/ the tables of the database, a line
// of JSON for each row: comments, reactions, followers, and the blog's private
// key; config/ the configuration. limelight.json is written last: without it the
// folder is not whole.
//
// Reading one takes the posts from rows/ too, where they have their ids and counts;
// the Markdown is for everybody else. Rows are read once, into an SQLite file of
// the schema that they had, which then goes the way of a backup: looked through,
// brought to this program's schema, and put in its place on either engine. Its HTML is
// taken as it is: an export is the blog itself, key and all, and not a stranger's text.
//
// An archive of package backup holds the queue of deliveries as well and is quicker;
// this is for leaving, for looking, and for keeping in a form that outlives the
// program.
package export
