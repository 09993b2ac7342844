package federation

import "runtime/debug"

// recoverFrom ends a panic of background work on a stranger's data: it is our
// bug, goes into the log, and stops nothing else. It is to be deferred.
func (n *Node) recoverFrom(what, host string) {
	if v := recover(); v != nil {
		n.log.Error(what+" panicked", "host", host, "panic", v, "stack", string(debug.Stack()))
	}
}
