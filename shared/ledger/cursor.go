package ledger

import (
	"encoding/base64"
	"encoding/binary"
	"strings"

	"guichet/shared/guichet"
)

// Place is where a page ended: the key of the last item looked at, and its sort key in the queried index (Key.S for the table).
type Place struct {
	Key
	Sort string
}

// Cursor writes the place as a Page's Cursor: URL-safe text.
func (p Place) Cursor() string {
	b := []byte{1}
	for _, s := range []string{p.Sort, p.P, p.S} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// PlaceOf reads a cursor back, for the query that it came from. Invalid when it is none, or one of another
// partition or outside of the bounds.
func PlaceOf(q Query) (Place, error) {
	b, err := base64.RawURLEncoding.DecodeString(q.Cursor)
	bad := guichet.Wrongf("cursor", "cursor is not one that this query gave")
	if err != nil || len(b) == 0 || b[0] != 1 {
		return Place{}, bad
	}
	b = b[1:]
	var parts [3]string
	for i := range parts {
		n, used := binary.Uvarint(b)
		if used <= 0 || n > uint64(len(b)-used) {
			return Place{}, bad
		}
		parts[i], b = string(b[used:used+int(n)]), b[used+int(n):]
	}
	p := Place{Key: Key{parts[1], parts[2]}, Sort: parts[0]}
	if len(b) != 0 || CheckKey(p.Key) != nil || CheckKey(Key{q.Partition, p.Sort}) != nil {
		return Place{}, bad
	}
	if q.Index == 0 && (p.P != q.Partition || p.S != p.Sort) {
		return Place{}, bad
	}
	if p.Sort < q.From || q.To != "" && p.Sort > q.To || !strings.HasPrefix(p.Sort, q.Prefix) {
		return Place{}, bad
	}
	return p, nil
}
