package main

import (
	"fmt"
	"html"
	"io"
	"math"
	"strings"
)

// plot is one chart: some series over the same x.
type plot struct {
	title  string
	series []series
	bars   bool    // stacked
	edges  bool    // the first value is of the left edge and the last one of the right; else each is of its part of the width
	top    float64 // of the y axis
	right  float64 // x of the right edge; the left one is 0
	y, x   func(float64) string
	step   float64 // between marks of the x axis
}

// series is one line, or one layer of the bars. NaN leaves a gap.
type series struct {
	name   string
	values []float64
}

// Colours that people with any sight tell apart (Okabe and Ito, 2008).
var colours = []string{"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a8a00", "#666666"}

func colour(i int) string { return colours[i%len(colours)] }

// dashes tell lines apart without colours.
var dashes = []string{"", "6 3", "2 2", "8 3 2 3"}

func dash(i int) string {
	if d := dashes[i%len(dashes)]; d != "" {
		return fmt.Sprintf(" stroke-dasharray=\"%s\"", d)
	}
	return ""
}

// Size of a chart, and the room around the drawing.
const (
	width, height            = 640.0, 240.0
	left, above, edge, below = 56.0, 30.0, 28.0, 26.0
)

// draw writes the chart as SVG that needs nothing from elsewhere. Its title and what it shows in words go with it, for those who do not see it.
func (p *plot) draw(w io.Writer, id string) {
	title := html.EscapeString(p.title)
	fmt.Fprintf(w, "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-labelledby=\"%s-t %s-d\">\n<title id=\"%s-t\">%s</title><desc id=\"%s-d\">%s</desc>\n<text x=\"4\" y=\"16\" class=\"t\">%s</text>\n",
		width, height, id, id, id, title, id, html.EscapeString(p.inWords()), title)
	p.axes(w)
	p.legend(w)
	if p.bars {
		p.drawBars(w)
	} else {
		for i, s := range p.series {
			fmt.Fprintf(w, "<path d=\"%s\" stroke=\"%s\"%s class=\"l\"/>\n", p.path(s.values), colour(i), dash(i))
		}
	}
	fmt.Fprintln(w, "</svg>")
}

func (p *plot) yAt(v float64) float64 {
	return height - below - (height-above-below)*min(max(v/p.top, 0), 1)
}

func (p *plot) xAt(part float64) float64 { return left + (width-left-edge)*part }

func (p *plot) axes(w io.Writer) {
	for i := range 5 {
		v := p.top * float64(i) / 4
		y := p.yAt(v)
		fmt.Fprintf(w, "<path d=\"M%.1f %.1fH%.1f\" class=\"g\"/><text x=\"%.1f\" y=\"%.1f\" class=\"y\">%s</text>\n", left, y, width-edge, left-5, y+4, html.EscapeString(p.y(v)))
	}
	for v := 0.0; v <= p.right*1.0001; v += p.step {
		fmt.Fprintf(w, "<text x=\"%.1f\" y=\"%.1f\" class=\"x\">%s</text>\n", p.xAt(v/p.right), height-8, html.EscapeString(p.x(v)))
	}
}

func (p *plot) legend(w io.Writer) {
	x := width - edge
	for i := len(p.series) - 1; i >= 0; i-- {
		x -= 7.2*float64(len([]rune(p.series[i].name))) + 30
		mark := fmt.Sprintf("<rect x=\"%.1f\" y=\"8\" width=\"10\" height=\"10\" fill=\"%s\"/>", x, colour(i))
		if !p.bars {
			mark = fmt.Sprintf("<path d=\"M%.1f 13h18\" stroke=\"%s\"%s class=\"l\"/>", x-8, colour(i), dash(i))
		}
		fmt.Fprintf(w, "%s<text x=\"%.1f\" y=\"17\">%s</text>\n", mark, x+14, html.EscapeString(p.series[i].name))
	}
}

// path is a line through the values, evenly spread, broken where there is none.
func (p *plot) path(values []float64) string {
	var b strings.Builder
	pen := "M"
	for i, v := range values {
		if math.IsNaN(v) {
			pen = "M"
			continue
		}
		at := (float64(i) + 0.5) / float64(len(values))
		if p.edges {
			at = float64(i) / float64(max(1, len(values)-1))
		}
		fmt.Fprintf(&b, "%s%.1f %.1f", pen, p.xAt(at), p.yAt(v))
		if pen = "L"; (i == 0 || math.IsNaN(values[i-1])) && (i+1 == len(values) || math.IsNaN(values[i+1])) {
			b.WriteString("h2") // a day alone is a point
		}
	}
	return b.String()
}

func (p *plot) drawBars(w io.Writer) {
	n := 0
	for _, s := range p.series {
		n = max(n, len(s.values))
	}
	wide := (width - left - edge) / float64(max(1, n))
	for i := range n {
		base := 0.0
		for k, s := range p.series {
			v := s.values[i]
			if v <= 0 {
				continue
			}
			y0, y1 := p.yAt(base), p.yAt(base+v)
			fmt.Fprintf(w, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>\n", left+wide*float64(i), y1, max(0.5, wide*0.85), y0-y1, colour(k))
			base += v
		}
	}
}

// ceiling is a round number at or above v: 1, 2, 2.5 or 5 times a power of ten, and at least least.
func ceiling(v, least float64) float64 {
	v = max(v, least)
	ten := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 2.5, 5, 10} {
		if m*ten >= v*0.9999 {
			return m * ten
		}
	}
	return 10 * ten
}

// inWords says of each series its lowest, highest and last value.
func (p *plot) inWords() string {
	var out []string
	for _, s := range p.series {
		low, high, last := math.NaN(), math.NaN(), math.NaN()
		for _, v := range s.values {
			if !math.IsNaN(v) {
				low, high, last = min(v, orValue(low, v)), max(v, orValue(high, v)), v
			}
		}
		if math.IsNaN(last) {
			out = append(out, s.name+": nothing")
			continue
		}
		out = append(out, fmt.Sprintf("%s: from %s to %s, %s in the end", s.name, p.y(low), p.y(high), p.y(last)))
	}
	return strings.Join(out, "; ") + "."
}

func orValue(v, other float64) float64 {
	if math.IsNaN(v) {
		return other
	}
	return v
}
