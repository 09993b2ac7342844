// Package notify tells the author of a blog what happened while nobody looked:
// replies, comments that wait, complaints and servers that fail, by mail, webhook
// or ntfy. What is to be told waits in the database (storage notes it in the
// transaction of what it is about) until it arrived or a week is over.
//
// It lives below federation because it opens connections: HTTP by the guarded
// Client alone, and to the one mail server that the configuration names. What
// strangers wrote goes out as plain text, on one line, without control
// characters; what they said in private does not go out at all.
package notify
