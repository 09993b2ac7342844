package vocab

// ResourceDescriptor is a JRD: what WebFinger answers (RFC 7033 section 4.4),
// and the list of NodeInfo documents.
type ResourceDescriptor struct {
	Subject string   `json:"subject,omitempty"`
	Aliases []string `json:"aliases,omitempty"`
	Links   []Link   `json:"links"`
}

// Link is a link of a ResourceDescriptor.
type Link struct {
	Rel      string `json:"rel"`
	Type     string `json:"type,omitempty"`
	Href     string `json:"href,omitempty"`
	Template string `json:"template,omitempty"`
}

// NodeInfo is a NodeInfo document, of version 2.0 or 2.1 (FEP-f1d5).
type NodeInfo struct {
	Version           string       `json:"version"`
	Software          Software     `json:"software"`
	Protocols         []string     `json:"protocols"`
	Services          Services     `json:"services"`
	OpenRegistrations bool         `json:"openRegistrations"`
	Usage             Usage        `json:"usage"`
	Metadata          NodeMetadata `json:"metadata"`
}

// Software names the program.
type Software struct {
	Name    string `json:"name"` // [a-z0-9-]+
	Version string `json:"version"`
}

// Services are what the node speaks besides Protocols.
type Services struct {
	Inbound  []string `json:"inbound"`
	Outbound []string `json:"outbound"`
}

// Usage counts.
type Usage struct {
	Users         Users `json:"users"`
	LocalPosts    int   `json:"localPosts"`
	LocalComments int   `json:"localComments"`
}

// Users counts those who write here.
type Users struct {
	Total          int `json:"total"`
	ActiveMonth    int `json:"activeMonth"`
	ActiveHalfyear int `json:"activeHalfyear"`
}

// NodeMetadata is free; these are the names others read.
type NodeMetadata struct {
	NodeName        string `json:"nodeName"`
	NodeDescription string `json:"nodeDescription"`
}

// DecodeDescriptor reads a JRD that another server sent, after Check like
// DecodeActivity. Of its links those within bounds are kept.
func DecodeDescriptor(data []byte) (ResourceDescriptor, error) {
	root, err := document(data)
	if err != nil {
		return ResourceDescriptor{}, err
	}
	d := ResourceDescriptor{Subject: root.member("subject").textUpTo(maxIRI)}
	n := 0
	root.member("links").each(func(v value) bool {
		l := Link{
			Rel: v.member("rel").textUpTo(maxIRI), Type: v.member("type").textUpTo(maxIRI),
			Href: v.member("href").iri(), Template: v.member("template").iri(),
		}
		if l.Rel != "" {
			d.Links = append(d.Links, l)
		}
		n++
		return n < maxDescriptorLinks
	})
	return d, nil
}
