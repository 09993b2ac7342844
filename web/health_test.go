package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestHealth(t *testing.T) {
	w := newWorld(t)
	ask := func() *httptest.ResponseRecorder {
		recorder := httptest.NewRecorder()
		w.site.Health(recorder, httptest.NewRequest("GET", "/healthz", nil))
		return recorder
	}
	if got := ask(); got.Code != http.StatusOK || strings.TrimSpace(got.Body.String()) != "ok" {
		t.Errorf("%d %s", got.Code, got.Body)
	}
	if err := w.db.Close(); err != nil {
		t.Fatal(err)
	}
	if got := ask(); got.Code != http.StatusServiceUnavailable {
		t.Errorf("without a database: %d %s", got.Code, got.Body)
	}
}
