package blog

// Attachment is what comes with a comment: a picture, a film, a sound, or
// something to download, at its own server.
type Attachment struct {
	URL       string
	MediaType string
	Alt       string  // plain text
	Copy      Picture // of a picture, once it is fetched
}

// IsPicture tells whether the attachment is shown as a picture once there is a
// copy. SVG is a program and never one.
func (a *Attachment) IsPicture() bool {
	switch a.MediaType {
	case "image/jpeg", "image/png", "image/gif", "image/webp", "image": // the last when only the type of the object tells
		return true
	}
	return false
}

// CustomEmoji is a picture that stands for a name in a comment.
type CustomEmoji struct {
	Name string // ":blobcat:"
	URL  string // at its own server
	Copy Picture
}

// Picture is our copy of another server's; File is empty until it is fetched.
type Picture struct {
	File          string // under /avatars/
	Width, Height int    // pixels
}

// RemotePicture is a picture that is to be fetched.
type RemotePicture struct {
	URL   string
	Emoji bool // as small as a letter
}
