package read

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/charmap"

	"limelight/blog/bring"
)

const (
	maxDepth  = 100
	maxValue  = 2 * bring.MaxText // bytes of one element's text
	maxFields = 100_000           // elements in one item
)

const xhtmlSpace = "http://www.w3.org/1999/xhtml"

// wordsOf names what stands for the words between elements of XHTML.
const wordsOf = "#words"

// node is an element with all that is in it.
type node struct {
	space, name string
	attr        []xml.Attr
	text        string
	children    []*node
}

// child is the first one of the name in the namespaces, or an empty one.
func (n *node) child(name string, spaces ...string) *node {
	if all := n.all(name, spaces...); len(all) > 0 {
		return all[0]
	}
	return &node{}
}

// all are those of the name in the namespaces; none given means in none.
func (n *node) all(name string, spaces ...string) (found []*node) {
	if len(spaces) == 0 {
		spaces = []string{""}
	}
	for _, c := range n.children {
		for _, space := range spaces {
			if c.name == name && strings.TrimSuffix(c.space, "/") == strings.TrimSuffix(space, "/") {
				found = append(found, c)
			}
		}
	}
	return found
}

func (n *node) value(name string, spaces ...string) string {
	return strings.TrimSpace(n.child(name, spaces...).text)
}

func (n *node) attribute(name string) string {
	for _, a := range n.attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// decoder reads XML in the encodings that feeds have.
func decoder(r io.Reader) *xml.Decoder {
	d := xml.NewDecoder(r)
	d.Strict, d.AutoClose, d.Entity = false, nil, xml.HTMLEntity
	d.CharsetReader = func(name string, in io.Reader) (io.Reader, error) {
		switch strings.ToLower(name) {
		case "iso-8859-1", "windows-1252", "latin1", "us-ascii":
			return charmap.Windows1252.NewDecoder().Reader(in), nil // as browsers read them
		case "iso-8859-15":
			return charmap.ISO8859_15.NewDecoder().Reader(in), nil
		}
		return nil, fmt.Errorf("the encoding %q is not known; save it as UTF-8", name)
	}
	return d
}

// element reads what is in start, to its end.
func element(d *xml.Decoder, start xml.StartElement) (*node, error) {
	left := maxFields
	return inner(d, start, 1, &left)
}

func inner(d *xml.Decoder, start xml.StartElement, depth int, left *int) (*node, error) {
	if *left--; *left < 0 || depth > maxDepth {
		return nil, errors.New("it has too many elements, or too deep ones")
	}
	n := &node{space: start.Name.Space, name: start.Name.Local, attr: start.Copy().Attr}
	var text bytes.Buffer
	for {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.CharData:
			if text.Len()+len(t) > maxValue {
				return nil, fmt.Errorf("%s has more than %d bytes", n.name, maxValue)
			}
			text.Write(t)
			if n.space == xhtmlSpace {
				n.children = append(n.children, &node{name: wordsOf, text: string(t)})
			}
		case xml.StartElement:
			c, err := inner(d, t, depth+1, left)
			if err != nil {
				return nil, err
			}
			n.children = append(n.children, c)
		case xml.EndElement:
			n.text = text.String()
			return n, nil
		}
	}
}
