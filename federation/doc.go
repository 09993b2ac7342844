// Package federation is the blog as other servers see it: the actor and how it
// is found, its objects and collections, the inbox, and whatever goes out to
// other hosts. Whoever strangers name is asked here alone, by the one Client, which
// keeps to public addresses. Of what only the configuration names, the mail server
// is package notify's and the certificate authority cmd's; package doctor says why
// it has a client of its own.
//
// It speaks ActivityPub (with the JSON of the vocab package and the signatures
// of the signature package), WebFinger, NodeInfo and, for feeds that it is handed,
// WebSub, and keeps nothing itself but caches: what came in and what is to go out
// are rows of storage. Pages and feeds are not here, nor SQL.
package federation
