// Package read reads what other programs write of a blog in one file: RSS, Atom and
// JSON Feed, and the exports of WordPress (WXR), which are RSS with everything in
// it. It gives a bring.Source.
//
// Files are a stranger's. XML has no entities but those of HTML and no documents
// elsewhere here, since encoding/xml knows neither; sizes, counts and depth are
// bounded.
package read
