package storage

// CheckSettings is what a server must be.
var CheckSettings = checkSettings
