package blog

import (
	"bytes"
	"fmt"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Markdown renders GitHub's Markdown with footnotes as HTML. Raw HTML is
// allowed, for the author is trusted, but what the page's
// Content-Security-Policy or a feed reader would refuse anyway (scripts,
// styles, frames, forms) is dropped by authorPolicy. Links and images stay
// relative. An image that stands alone in its paragraph becomes a figure with
// its title, else its alt text, as caption.
func Markdown(source string) (string, error) {
	return renderMarkdown(source, nil)
}

// renderMarkdown is Markdown with a last look at every link, image and mention.
func renderMarkdown(source string, visit func(ast.Node) error) (string, error) {
	guard := &visitor{visit: visit}
	md := goldmark.New(
		goldmark.WithExtensions(
			extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)),
			extension.Strikethrough, extension.Linkify, extension.TaskList, extension.Footnote,
		),
		goldmark.WithParserOptions(
			parser.WithAutoHeadingID(),
			parser.WithInlineParsers(util.Prioritized(mentions{}, 500)),
			parser.WithASTTransformers(util.Prioritized(guard, 500), util.Prioritized(figures{}, 600)),
		),
		goldmark.WithRendererOptions(
			html.WithUnsafe(),
			renderer.WithNodeRenderers(util.Prioritized(figureRenderer{}, 500), util.Prioritized(mentions{}, 500)),
		),
	)
	var b bytes.Buffer
	if err := md.Convert([]byte(source), &b); err != nil {
		return "", fmt.Errorf("render Markdown: %w", err)
	}
	if guard.err != nil {
		return "", guard.err
	}
	return balanced(string(bytes.TrimSpace(authorPolicy().SanitizeBytes(b.Bytes()))))
}

// visitor shows every link, image and mention to a function, which may change
// it; the first error stops it.
type visitor struct {
	visit func(ast.Node) error
	err   error
}

func (v *visitor) Transform(doc *ast.Document, _ text.Reader, _ parser.Context) {
	if v.visit == nil {
		return
	}
	v.err = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering && (n.Kind() == ast.KindImage || n.Kind() == ast.KindLink || n.Kind() == kindMention) {
			if err := v.visit(n); err != nil {
				return ast.WalkStop, err
			}
		}
		return ast.WalkContinue, nil
	})
}

// figure is a picture with its caption.
type figure struct {
	ast.BaseBlock
	caption []byte
}

var kindFigure = ast.NewNodeKind("Figure")

func (*figure) Kind() ast.NodeKind              { return kindFigure }
func (f *figure) Dump(source []byte, level int) { ast.DumpHelper(f, source, level, nil, nil) }

// figures replaces paragraphs that hold one image and nothing else.
type figures struct{}

func (figures) Transform(doc *ast.Document, reader text.Reader, _ parser.Context) {
	var alone []ast.Node
	// The walker returns the error of its function, and this one has none.
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering && n.Kind() == ast.KindParagraph && n.ChildCount() == 1 && n.FirstChild().Kind() == ast.KindImage {
			alone = append(alone, n)
		}
		return ast.WalkContinue, nil
	})
	for _, paragraph := range alone {
		image := paragraph.FirstChild().(*ast.Image)
		f := &figure{caption: image.Title}
		if len(f.caption) == 0 {
			f.caption = nodeText(image, reader.Source())
		}
		image.Title = nil
		paragraph.Parent().ReplaceChild(paragraph.Parent(), paragraph, f)
		f.AppendChild(f, image)
	}
}

// nodeText is the text below a node, without markup.
func nodeText(n ast.Node, source []byte) []byte {
	var b bytes.Buffer
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		if t, ok := child.(*ast.Text); ok {
			b.Write(t.Segment.Value(source))
			if t.SoftLineBreak() {
				b.WriteByte(' ')
			}
			continue
		}
		b.Write(nodeText(child, source))
	}
	return b.Bytes()
}

type figureRenderer struct{}

func (figureRenderer) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(kindFigure, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			_, err := w.WriteString("<figure>")
			return ast.WalkContinue, err
		}
		if caption := n.(*figure).caption; len(caption) > 0 {
			_, _ = w.WriteString("<figcaption>") // a bufio.Writer keeps its error for Flush
			html.DefaultWriter.Write(w, caption) // resolves \_ and &amp; as a title's attribute would
			_, _ = w.WriteString("</figcaption>")
		}
		_, err := w.WriteString("</figure>\n")
		return ast.WalkContinue, err
	})
}
