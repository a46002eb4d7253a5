package ledger_test

import (
	"testing"

	"guichet/shared/guichet"
	"guichet/shared/ledger"
)

// FuzzCursor reads cursors as clients send them: a place within the query, or Invalid; never another partition's.
func FuzzCursor(f *testing.F) {
	f.Add(ledger.Place{Key: ledger.Key{P: "t#a", S: "1"}, Sort: "1"}.Cursor(), "t#a", 0)
	f.Add(ledger.Place{Key: ledger.Key{P: "t#a", S: "1"}, Sort: "due"}.Cursor(), "t#due", 2)
	f.Add("AQEx", "t", 0)
	f.Add("Af__________", "t", 1)
	f.Fuzz(func(t *testing.T, cursor, partition string, index int) {
		q := ledger.Query{Index: index, Partition: partition, From: "1", Cursor: cursor}
		p, err := ledger.PlaceOf(q)
		if err != nil {
			if !guichet.Is(err, guichet.Invalid) {
				t.Fatalf("%v, want invalid", err)
			}
			return
		}
		if p.Sort < q.From || index == 0 && (p.P != partition || p.S != p.Sort) || ledger.CheckKey(p.Key) != nil {
			t.Fatalf("cursor %q of %+v gives %+v", cursor, q, p)
		}
		q.Cursor = p.Cursor()
		if again, err := ledger.PlaceOf(q); err != nil || again != p {
			t.Fatalf("%+v became %+v, %v", p, again, err)
		}
	})
}
