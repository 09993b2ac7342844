package vocab

import (
	"bytes"
	"encoding/json"
	"testing"
)

// legible is JSON as people read it, without what is empty.
func legible(t *testing.T, data []byte) []byte {
	t.Helper()
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	text, err := Encode(dense(v))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", "  "); err != nil {
		t.Fatal(err)
	}
	b.WriteByte('\n')
	return b.Bytes()
}

func dense(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = dense(v[i])
		}
	case map[string]any:
		for name, inner := range v {
			inner = dense(inner)
			_, list := inner.([]any)
			_, object := inner.(map[string]any)
			if !list && !object && (inner == nil || inner == "" || inner == false || inner == "0001-01-01T00:00:00Z") {
				delete(v, name)
			}
		}
		if len(v) == 0 {
			return nil
		}
	}
	return v
}
