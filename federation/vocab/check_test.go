package vocab

import (
	"errors"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	many := func(last string) string {
		var b strings.Builder
		b.WriteByte('{')
		for i := range 100 {
			b.WriteString(`"n` + strings.Repeat("x", i) + `":0,`)
		}
		return b.String() + last + `:0}`
	}
	for _, c := range []struct {
		name, json string
		ok         bool
	}{
		{"empty object", `{}`, true},
		{"blanks around", " \t\r\n{ \"a\" : [ 1 , { } , [ ] ] , \"b\":null }\n", true},
		{"a string", `"x"`, true},
		{"same name in two objects", `{"a":{"id":1},"b":{"id":2},"id":3}`, true},
		{"same name above", `{"a":{"a":{"a":1}}}`, true},
		{"same name in an array's objects", `[{"id":1},{"id":2}]`, true},
		{"escaped quotation marks", `{"a\\":"\"","b":"\\\\"}`, true},
		{"64 deep", strings.Repeat("[", 64) + strings.Repeat("]", 64), true},
		{"65 deep", strings.Repeat("[", 65) + strings.Repeat("]", 65), false},
		{"65 deep with objects", strings.Repeat(`{"a":[`, 32) + "{}" + strings.Repeat("]}", 32), false},
		{"very deep", strings.Repeat("[", 100000), false},
		{"nothing", ``, false},
		{"two values", `{} {}`, false},
		{"cut off", `{"a":`, false},
		{"comma at the end", `{"a":1,}`, false},
		{"not UTF-8", "{\"a\":\"\xff\"}", false},
		{"byte order mark", "\ufeff{}", false},
		{"twice", `{"actor":1,"actor":2}`, false},
		{"twice by case", `{"actor":1,"ACTOR":2}`, false},
		{"twice by one letter's case", `{"type":1,"tyPe":2}`, false},
		{"twice below", `{"a":[{"b":{"id":1,"Id":2}}]}`, false},
		{"twice by escape", `{"actor":1,"\u0061ctor":2}`, false},
		{"twice by Kelvin sign", `{"k":1,"\u212a":2}`, false},
		{"twice by long s", `{"s":1,"ſ":2}`, false},
		{"twice by Greek case", `{"σ":1,"ς":2}`, false},
		{"twice after an inner object", `{"a":{"b":1},"A":2}`, false},
		{"twice among many", many(`"NXXXXX"`), false},
		{"many", many(`"other"`), true},
		{"graph", `{"@graph":[]}`, false},
		{"included", `{"a":{"@included":[]}}`, false},
		{"reverse in another case", `{"@Reverse":{}}`, false},
		{"context", `{"@context":["https://www.w3.org/ns/activitystreams",{"a":{"@id":"b","@type":"@id"}}]}`, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := Check([]byte(c.json))
			if c.ok != (err == nil) {
				t.Errorf("%v", err)
			}
			if err != nil && !errors.Is(err, ErrMalformed) {
				t.Errorf("%v is not ErrMalformed", err)
			}
		})
	}
}
