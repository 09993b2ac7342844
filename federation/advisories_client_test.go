package federation

import "testing"

// TestClientAdvisories names the holes of other servers that are not reached by
// the inbox, and runs the tests that keep them shut.
func TestClientAdvisories(t *testing.T) {
	for _, a := range []struct {
		name  string
		tests []func(*testing.T)
	}{
		{"CVE-2024-39687 and CVE-2026-50131 Fedify, CVE-2025-25194 Lemmy, CVE-2026-22245 Mastodon: private addresses in any spelling",
			[]func(*testing.T){TestAddress, TestGuard}},
		{"CVE-2026-33693 Lemmy, GHSA-xx55-4rrg-8xg6 Mastodon: a name or a redirect that leads inside",
			[]func(*testing.T){TestNameThatLeadsInside, TestGetDoesNotFollowOutOfTheList}},
		{"CVE-2023-42451 Mastodon: names of hosts that are read two ways", []func(*testing.T){TestHostName, TestSameOrigin}},
		{"CVE-2026-34148 Fedify: redirects in circles, keys fetched without end",
			[]func(*testing.T){TestGetFollowsRedirects, TestFailuresAreRemembered, TestHostsAreNotHammered}},
		{"CVE-2026-69132 Fedify: a table for each host without a bound", []func(*testing.T){TestSchemesAreBounded}},
		{"GHSA-jhrq-qvrm-qr36 Mastodon: uploads read as documents", []func(*testing.T){TestActivityTypes}},
		{"Akkoma 3.15, Fedify #963: keys filed under actors that only claim them",
			[]func(*testing.T){TestKeysThatLie, TestClaimedKeysAreNotFiled, TestKeyAndOwnerOnTwoHosts}},
		{"Akkoma 2024.03: an actor served under another id", []func(*testing.T){TestActorsThatLie}},
		{"GHSA-gg8q-rcg7-p79g Mastodon: fields without a bound", []func(*testing.T){TestActorIsCapped}},
		{"CVE-2025-23221 Fedify: WebFinger that redirects without end, or inside", []func(*testing.T){TestFindNobody, TestInteractionStaysOutside}},
		{"GHSA-gwhw-gcjx-72v8 Mastodon: a draft told from what is not there", []func(*testing.T){TestPostsThatAreNotThere}},
	} {
		t.Run(a.name, func(t *testing.T) {
			for _, test := range a.tests {
				test(t)
			}
		})
	}
}

// TestAttributionDomains: the actor vouches for no domain but its own
// (GHSA-rwcw-vq68-g34p, Mastodon).
func TestAttributionDomains(t *testing.T) {
	w := newObjectWorld(t)
	var actor struct{ AttributionDomains []string }
	w.find("/ap/actor", &actor)
	if len(actor.AttributionDomains) != 1 || actor.AttributionDomains[0] != "blog.example.test" {
		t.Errorf("the actor vouches for %q", actor.AttributionDomains)
	}
}
