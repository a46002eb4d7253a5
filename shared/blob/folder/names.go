package folder

import (
	"encoding/hex"
	"strings"
)

// A key becomes a path so that a walk in the order of names is a walk in the order of keys, no key hides another ("a" and
// "a/b" may both be there), and no folder grows without end:
//
//	part of a key      a folder of its name, escaped
//	last part          a file of its name and "="; what exceeds 8 bytes stands in a folder of the first 8 and "+", so
//	                   that names which begin with a time share a folder with those of the same second
//	very long part     cut into folders ending with "+" of at most 200 bytes
const (
	fan     = 8
	longest = 200
	more    = "+" // the part goes on inside
	end     = "=" // a file: the key ends here
)

// pathOf returns the folders and the file name of a key, relative, with "/".
func pathOf(key string) (dir, file string) {
	parts := strings.Split(key, "/")
	for _, p := range parts[:len(parts)-1] {
		chunks := cut(escape(p), longest)
		for i, c := range chunks {
			if i < len(chunks)-1 {
				c += more
			}
			dir += "/" + c
		}
	}
	last := escape(parts[len(parts)-1])
	for first := true; ; first = false {
		n := longest
		if first {
			n = fan
		}
		chunks := cut(last, n)
		if len(chunks) == 1 {
			return strings.TrimPrefix(dir, "/"), last + end
		}
		dir, last = dir+"/"+chunks[0]+more, last[len(chunks[0]):]
	}
}

// cut splits escaped text into pieces of at most n bytes, never inside of an escape.
func cut(s string, n int) (pieces []string) {
	for len(s) > n {
		at := n
		for i := 1; i <= 2; i++ {
			if s[n-i] == '%' {
				at = n - i
			}
		}
		pieces, s = append(pieces, s[:at]), s[at:]
	}
	return append(pieces, s)
}

// escape writes bytes other than letters, digits, "_", "-" and "@" as %XX. "." too: wherever a name
// is cut, no piece is hidden or special.
func escape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		plain := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '@'
		if plain {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteString(strings.ToUpper(hex.EncodeToString([]byte{c})))
	}
	return b.String()
}

// unescape reads a name back; false for one that escape never writes.
func unescape(s string) (string, bool) {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(s, "%")
		b.WriteString(before)
		if !found {
			return b.String(), true
		}
		if len(after) < 2 {
			return "", false
		}
		c, err := hex.DecodeString(after[:2])
		if err != nil {
			return "", false
		}
		b.WriteByte(c[0])
		s = after[2:]
	}
}
