package mail

import (
	"bytes"
)

// nextLine takes the next line off src, without its end.
func (d *decoder) nextLine() []byte {
	n := lineEnd(d.src)
	line := bytes.TrimRight(d.src[:n], "\r\n")
	d.src = d.src[n:]
	return line
}

// uu decodes one line of uuencode; lines before "begin" and after "end" are dropped.
func (d *decoder) uu(dst []byte) []byte {
	line := d.nextLine()
	switch {
	case !d.in:
		d.in = bytes.HasPrefix(line, []byte("begin "))
		return dst
	case string(line) == "end":
		d.src = nil
		return dst
	}
	return appendUU(dst, line)
}

// appendUU appends the bytes of one line of uuencode: its first byte tells how many.
func appendUU(dst, line []byte) []byte {
	if len(line) == 0 {
		return dst
	}
	want := int(line[0]-' ') & 63
	line = line[1:]
	for want > 0 && len(line) > 0 {
		var q [4]byte
		for i := range q {
			if i < len(line) {
				q[i] = (line[i] - ' ') & 63
			}
		}
		three := [3]byte{q[0]<<2 | q[1]>>4, q[1]<<4 | q[2]>>2, q[2]<<6 | q[3]}
		dst = append(dst, three[:min(3, want)]...)
		want -= 3
		line = line[min(4, len(line)):]
	}
	return dst
}

// yenc decodes one line of yEnc; lines before "=ybegin" and after "=yend" are dropped.
func (d *decoder) yenc(dst []byte) []byte {
	line := d.nextLine()
	switch {
	case bytes.HasPrefix(line, []byte("=ybegin")):
		d.in = true
		return dst
	case bytes.HasPrefix(line, []byte("=ypart")) || !d.in:
		return dst
	case bytes.HasPrefix(line, []byte("=yend")):
		d.src = nil
		return dst
	}
	for i := 0; i < len(line); i++ {
		c := line[i]
		if c == '=' && i+1 < len(line) {
			i++
			c = line[i] - 64
		}
		dst = append(dst, c-42)
	}
	return dst
}
