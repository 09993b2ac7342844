package storage

// isBlocked tells whether the actor, its host or a domain above it is blocked.
func isBlocked(t *tx, actorIRI string) (bool, error) {
	args, list := in(nil, blockTargets(actorIRI))
	return t.exists(`SELECT 1 FROM block WHERE target IN `+list+` LIMIT 1`, args...)
}
