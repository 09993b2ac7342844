// Package browsertest shows pages to Chromium, for the tests of web and of the
// whole program. What a page must look like is the tests' to say.
package browsertest

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// patience is for one page on a busy machine.
const patience = time.Minute

// Start starts Chromium until the test ends. Where there is none the test is
// skipped, or fails when CI is set.
func Start(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.WSURLReadTimeout(patience))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	return ctx
}

func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			return found
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatal("Chromium is missing, and CI is set; scripts/test-deps installs it")
	}
	t.Skip("Chromium is missing; scripts/test-deps installs it")
	return ""
}

// Open shows the page at url in a window of so many pixels; scheme is light or
// dark.
func Open(t *testing.T, browser context.Context, url, scheme string, width int64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(browser, patience)
	defer cancel()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media); err != nil {
		t.Fatal(err)
	}
	// A page in the background shows no focus.
	if _, err := chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}); err != nil {
		t.Fatal(err)
	}
	size := emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 800, DeviceScaleFactor: 1, Mobile: width < 600}
	if _, err := chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, size); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
}

// WatchPolicy has every page opened from now on note what its
// Content-Security-Policy refuses, for Refused.
func WatchPolicy(t *testing.T, browser context.Context) {
	t.Helper()
	ctx, cancel := context.WithTimeout(browser, patience)
	defer cancel()
	watch := page.AddScriptToEvaluateOnNewDocumentParams{Source: `window.refused = [];
		addEventListener('securitypolicyviolation', e => refused.push(e.effectiveDirective + ' ' + e.blockedURI))`}
	if _, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, watch); err != nil {
		t.Fatal(err)
	}
}

// Print has the open page look as it does on paper, until another is opened.
func Print(t *testing.T, browser context.Context) {
	t.Helper()
	ctx, cancel := context.WithTimeout(browser, patience)
	defer cancel()
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}); err != nil {
		t.Fatal(err)
	}
}

// Refused are the directives of its policy that the open page met, each with
// what was refused: "script-src-elem inline".
func Refused(t *testing.T, browser context.Context) []string {
	t.Helper()
	return Ask[[]string](t, browser, "refused")
}

// Ask evaluates JavaScript on the open page, and waits for what a promise
// promises.
func Ask[T any](t *testing.T, browser context.Context, script string) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(browser, patience)
	defer cancel()
	answer, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// Enter types a text into an element, presses Enter as a person without a mouse
// does, and waits for the page that this leads to.
func Enter(t *testing.T, browser context.Context, selector, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(browser, patience)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.Focus(selector), chromedp.KeyEvent(text+"\r")); err != nil {
		t.Fatal(err)
	}
}

// Keep writes a picture of the whole open page to a file, when the environment
// names a folder for it: LIMELIGHT_TEST_PICTURES=/tmp/pictures go test ...
func Keep(t *testing.T, browser context.Context, name string) {
	t.Helper()
	folder := os.Getenv("LIMELIGHT_TEST_PICTURES")
	if folder == "" {
		return
	}
	ctx, cancel := context.WithTimeout(browser, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(folder+"/"+name+".png", png, 0o644); err != nil {
		t.Fatal(err)
	}
}
