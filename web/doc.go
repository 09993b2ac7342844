// Package web is what a browser or a feed reader asks for: the pages, the
// comments below a post, the feeds over HTTP, images, and the page that says
// what went wrong.
//
// A page or feed is rendered once per change and then answered from memory
// (cache.go). What it shows comes from storage; how a post looks in a feed is
// package feed's business. web opens no connection to anybody: a reader's GET
// never causes a fetch, and no page names a third party's address in a place
// that a browser would load. Pages work without JavaScript, and have none.
//
// ActivityPub does not live here: a page only names the id of the object it
// shows, in a link.
package web
