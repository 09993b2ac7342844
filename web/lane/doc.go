// Package lane answers, on connections of plain HTTP/1.1, readers that ask for one
// small thing after another, as a web server in front of the blog does when a post
// makes the rounds. net/http spends on each request more than the answer out of
// memory costs: a second read beside the handler, so as to notice who leaves, and what
// goes with it. A lane reads, answers and reads again, and nothing else; make bench
// measures what that spares.
//
// net/http stays in charge: it takes up every connection, and a lane takes over only
// after a few requests in a row that it is for. The first that is anything else, or in
// any way unusual, goes back to net/http byte by byte as it came, with the connection.
// So nothing is refused here, and requests are parsed by net/http alone; a fuzz test
// holds both to the same answers. What is lost on the lane is the end of the
// request's context when the reader leaves, which no answer out of memory looks at.
package lane
