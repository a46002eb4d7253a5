package folder

import (
	"path"
	"strings"
	"testing"
	"unicode/utf8"

	"guichet/shared/blob"
)

// FuzzNames: every key has a path of its own, that no file system refuses, and names read back to what they were written for.
func FuzzNames(f *testing.F) {
	for _, s := range []string{"demo/raw/01JD8X2K9ABCDEFGHJKMNPQRST", "a+b=c%", "é/😀", strings.Repeat("é", 450), "<m@x>", "A/.b", strings.Repeat("a", 200) + "./x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, key string) {
		if plain, ok := unescape(escape(key)); !ok || plain != key {
			t.Fatalf("%q became %q", key, plain)
		}
		if blob.CheckKey(key) != nil {
			return
		}
		dir, file := pathOf(key)
		whole := path.Join(dir, file)
		back := ""
		for _, p := range strings.Split(whole, "/") {
			if p == "" || len(p) > 255 || strings.HasPrefix(p, ".") || !utf8.ValidString(p) {
				t.Fatalf("key %q has the name %q in its path", key, p)
			}
			name, tail := p, "/"
			if n, ok := strings.CutSuffix(p, more); ok {
				name, tail = n, ""
			} else if n, ok := strings.CutSuffix(p, end); ok {
				name, tail = n, ""
			}
			plain, ok := unescape(name)
			if !ok {
				t.Fatalf("%q does not read back", name)
			}
			back += plain + tail
		}
		if back != key {
			t.Fatalf("key %q reads back as %q", key, back)
		}
	})
}
