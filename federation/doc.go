// Package federation is the blog as other servers see it: the actor and how it
// is found, its objects and collections, the inbox, and whatever goes out to
// other hosts. Every connection that the program opens is opened here, by the
// one Client.
//
// It speaks ActivityPub (with the JSON of the vocab package and the signatures
// of the signature package), WebFinger, NodeInfo and, for feeds that it is handed,
// WebSub, and keeps nothing itself but caches: what came in and what is to go out
// are rows of storage. Pages and feeds are not here, nor SQL.
package federation
