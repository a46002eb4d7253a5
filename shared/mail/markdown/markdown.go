// Package markdown makes HTML of what agents write in Markdown. It stands apart from mail so that only the function of the agents' page links it.
package markdown

import (
	"bytes"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"

	"guichet/shared/mail"
)

// HTML returns CommonMark (0.31), with tables, strikethrough and bare links, as HTML that is safe to send. A line break is a line break, as people write mail. HTML
// within it is no HTML: it is shown as it was written.
func HTML(text string) string {
	var b bytes.Buffer
	if err := engine().Convert([]byte(text), &b); err != nil {
		return mail.TextToHTML(text) // writing to memory fails for no text; should it ever, the words go out plain
	}
	return mail.LetterHTML(b.String())
}

// engine has CommonMark's readers but for the two that let HTML through.
var engine = sync.OnceValue(func() goldmark.Markdown {
	blocks := []util.PrioritizedValue{
		util.Prioritized(parser.NewSetextHeadingParser(), 100), util.Prioritized(parser.NewThematicBreakParser(), 200), util.Prioritized(parser.NewListParser(), 300),
		util.Prioritized(parser.NewListItemParser(), 400), util.Prioritized(parser.NewCodeBlockParser(), 500), util.Prioritized(parser.NewATXHeadingParser(), 600),
		util.Prioritized(parser.NewFencedCodeBlockParser(), 700), util.Prioritized(parser.NewBlockquoteParser(), 800), util.Prioritized(parser.NewParagraphParser(), 1000),
	}
	inlines := []util.PrioritizedValue{
		util.Prioritized(parser.NewCodeSpanParser(), 100), util.Prioritized(parser.NewLinkParser(), 200), util.Prioritized(parser.NewAutoLinkParser(), 300),
		util.Prioritized(parser.NewEmphasisParser(), 500),
	}
	p := parser.NewParser(parser.WithBlockParsers(blocks...), parser.WithInlineParsers(inlines...), parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...))
	return goldmark.New(goldmark.WithParser(p), goldmark.WithExtensions(extension.Strikethrough, extension.Table, extension.Linkify), goldmark.WithRendererOptions(html.WithHardWraps()))
})
