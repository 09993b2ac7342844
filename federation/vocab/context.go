package vocab

// Context is the @context of a document of ours. Few readers process it, but
// Mastodon wants to see the vocabulary in it, and those who do process it need
// our terms explained.
type Context string

// MarshalJSON writes the context, which is JSON already.
func (c Context) MarshalJSON() ([]byte, error) { return []byte(c), nil }

const (
	// PlainContext is enough for what uses the vocabulary alone.
	PlainContext Context = `"https://www.w3.org/ns/activitystreams"`

	// ActorContext is that of the actor.
	ActorContext Context = `[
		"https://www.w3.org/ns/activitystreams",
		"https://w3id.org/security/v1",
		"https://purl.archive.org/socialweb/webfinger",
		{
			"toot": "http://joinmastodon.org/ns#",
			"schema": "http://schema.org#",
			"PropertyValue": "schema:PropertyValue",
			"value": "schema:value",
			"manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
			"alsoKnownAs": {"@id": "as:alsoKnownAs", "@type": "@id"},
			"movedTo": {"@id": "as:movedTo", "@type": "@id"},
			"featured": {"@id": "toot:featured", "@type": "@id"},
			"featuredTags": {"@id": "toot:featuredTags", "@type": "@id"},
			"discoverable": "toot:discoverable",
			"indexable": "toot:indexable",
			"attributionDomains": {"@id": "toot:attributionDomains", "@container": "@set"}
		}
	]`

	// InstanceContext is that of the server's own actor.
	InstanceContext Context = `[
		"https://www.w3.org/ns/activitystreams",
		"https://w3id.org/security/v1",
		"https://purl.archive.org/socialweb/webfinger",
		{
			"toot": "http://joinmastodon.org/ns#",
			"manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
			"discoverable": "toot:discoverable",
			"indexable": "toot:indexable"
		}
	]`

	// PostContext is that of a post and of activities that carry one.
	PostContext Context = `[
		"https://www.w3.org/ns/activitystreams",
		{
			"Hashtag": "as:Hashtag",
			"sensitive": "as:sensitive",
			"ostatus": "http://ostatus.org#",
			"conversation": "ostatus:conversation",
			"toot": "http://joinmastodon.org/ns#",
			"blurhash": "toot:blurhash",
			"focalPoint": {"@container": "@list", "@id": "toot:focalPoint"},
			"pt": "https://joinpeertube.org/ns#",
			"size": {"@id": "pt:size", "@type": "http://schema.org/Number"},
			"gts": "https://gotosocial.org/ns#",
			"interactionPolicy": {"@id": "gts:interactionPolicy", "@type": "@id"},
			"canQuote": {"@id": "gts:canQuote", "@type": "@id"},
			"automaticApproval": {"@id": "gts:automaticApproval", "@type": "@id"},
			"manualApproval": {"@id": "gts:manualApproval", "@type": "@id"}
		}
	]`

	// TagsContext is that of a collection of hashtags.
	TagsContext Context = `["https://www.w3.org/ns/activitystreams", {"Hashtag": "as:Hashtag"}]`

	// RequestContext is that of answers to requests, and of authorizations.
	RequestContext Context = `[
		"https://www.w3.org/ns/activitystreams",
		{
			"QuoteRequest": "https://w3id.org/fep/044f#QuoteRequest",
			"QuoteAuthorization": "https://w3id.org/fep/044f#QuoteAuthorization",
			"gts": "https://gotosocial.org/ns#",
			"ReplyRequest": "gts:ReplyRequest",
			"LikeRequest": "gts:LikeRequest",
			"AnnounceRequest": "gts:AnnounceRequest",
			"ReplyAuthorization": "gts:ReplyAuthorization",
			"LikeAuthorization": "gts:LikeAuthorization",
			"AnnounceAuthorization": "gts:AnnounceAuthorization",
			"interactingObject": {"@id": "gts:interactingObject", "@type": "@id"},
			"interactionTarget": {"@id": "gts:interactionTarget", "@type": "@id"}
		}
	]`
)
