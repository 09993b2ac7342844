package vocab

// decodeObject reads an object, or the id that stands for one.
func decodeObject(v value) Object {
	o := Object{Bare: true}
	if !v.isObject() {
		o.ID = v.iri()
		return o
	}
	var m maps
	v.members(func(name string, v value) {
		o.Bare = o.Bare && name == "id"
		o.read(name, v, &m)
	})
	o.Type = firstOf(o.Types)
	o.Cc = o.Cc[:min(len(o.Cc), maxAudience-len(o.To))]
	o.Content, o.Language = m.content.pick(o.Content, maxContent)
	o.Summary, _ = m.summary.pick(o.Summary, maxSummary)
	o.Name, _ = m.name.pick(o.Name, maxText)
	return o
}

// maps are texts by language.
type maps struct{ content, summary, name value }

// pick is the text, or when there is none the first of those by language, and
// the language it is in: the one whose text it is, else the first, as Mastodon
// has it.
func (v value) pick(text string, max int) (chosen, language string) {
	first, ok := "", false
	v.members(func(name string, v value) {
		t := v.textUpTo(max)
		if t == "" || ok {
			return
		}
		if first == "" {
			first = t
			language = name
		}
		if t == text {
			language, ok = name, true
		}
	})
	if text == "" {
		text = first
	}
	if len(language) > 35 { // RFC 5646 section 4.4.1: longer ones need not be kept
		language = ""
	}
	return text, language
}

func (o *Object) read(name string, v value, m *maps) {
	switch name {
	case "id":
		o.ID = v.iri()
	case "type":
		o.Types = v.types()
	case "attributedTo":
		o.AttributedTo = v.iris(maxLinks)
	case "inReplyTo":
		o.InReplyTo = v.iris(maxLinks)
	case "to":
		o.To = v.audience(maxAudience)
	case "cc":
		o.Cc = v.audience(maxAudience)
	case "name":
		o.Name = v.textUpTo(maxText)
	case "nameMap":
		m.name = v
	case "summary":
		o.Summary = v.textUpTo(maxSummary)
	case "summaryMap":
		m.summary = v
	case "content":
		o.Content = v.textUpTo(maxContent)
	case "contentMap":
		m.content = v
	case "url":
		o.URL = v.page()
	case "published":
		o.Published = v.at()
	case "updated":
		o.Updated = v.at()
	case "sensitive":
		o.Sensitive = v.isTrue()
	case "tag":
		o.Tags = decodeTags(v)
	case "attachment":
		o.Attachments = decodeAttachments(v)
	default:
		o.readRest(name, v)
	}
}

// readRest reads what concerns threads, quotes and activities in activities.
func (o *Object) readRest(name string, v value) {
	switch name {
	case "conversation":
		o.Conversation = v.iri()
	case "context":
		o.Context = v.iri()
	case "replies":
		o.Replies = v.iri()
	case "quote": // FEP-044f
		o.Quote = v.iri()
	case "quoteUri", "quoteUrl", "_misskey_quote":
		if o.Quote == "" {
			o.Quote = v.iri()
		}
	case "actor":
		o.Actor = firstOf(v.iris(1))
	case "object":
		o.Object = firstOf(v.iris(1))
	}
}

func decodeTags(v value) []Tag {
	var out []Tag
	v.each(func(v value) bool {
		var t Tag
		v.members(func(name string, v value) {
			switch name {
			case "type":
				t.Type = firstOf(v.types())
			case "name":
				t.Name = v.textUpTo(maxText)
			case "href":
				t.Href = v.iri()
			case "icon":
				t.Icon = v.picture()
			}
		})
		if t.Type != "" {
			out = append(out, t)
		}
		return len(out) < maxTags
	})
	return out
}

func decodeAttachments(v value) []Attachment {
	var out []Attachment
	v.each(func(v value) bool {
		var a Attachment
		var summary string
		v.members(func(name string, v value) {
			switch name {
			case "type":
				a.Type = firstOf(v.types())
			case "mediaType":
				a.MediaType = v.textUpTo(maxText)
			case "name":
				a.Name = v.textUpTo(maxSummary)
			case "summary":
				summary = v.textUpTo(maxSummary)
			}
		})
		if a.URL = v.link(); a.URL == "" {
			return true
		}
		if summary != "" { // Mastodon and GoToSocial prefer it for the alternative text
			a.Name = summary
		}
		out = append(out, a)
		return len(out) < maxAttachments
	})
	return out
}

// firstOf is the first of texts, or empty.
func firstOf(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	return texts[0]
}
