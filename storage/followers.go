package storage

// unfollow removes the follower and the deliveries that were on their way to
// it alone.
func (t *tx) unfollow(actor string) (bool, error) {
	n, err := t.exec(`DELETE FROM follower WHERE actor = $1`, actor)
	return n > 0, err
}
