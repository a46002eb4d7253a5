//go:build outside

package outside

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"guichet/shared/guichet"
)

// units sums what the functions say in their metrics that they took from the table.
func (h *house) units() (reads, writes float64) {
	for _, f := range h.fns {
		for _, line := range strings.Split(f.Said(), "\n") {
			var m struct{ ReadUnits, WriteUnits float64 }
			if strings.Contains(line, `"_aws"`) && json.Unmarshal([]byte(line), &m) == nil {
				reads, writes = reads+m.ReadUnits, writes+m.WriteUnits
			}
		}
	}
	return reads, writes
}

// TestUnitsPerMail holds what a mail takes from DynamoDB, from received to assigned, to its targets: as the engine counted it for the deployed
// functions, whose configuration is read already, as it is when mail keeps coming.
func TestUnitsPerMail(t *testing.T) {
	h := newHouse(t)
	take := func(id, raw string) (reads, writes float64) {
		r, w := h.units()
		h.mail(id, raw, clean)
		h.settle()
		r2, w2 := h.units()
		return r2 - r, w2 - w
	}
	take("warm", strings.NewReplacer("k1@", "k9@", "k0@", "k8@", "Bo <bo@", "Cy <cy@").Replace(firstMail))
	for _, c := range []struct {
		name, id, raw string
		reads, writes float64
	}{
		{"a new case of a new contact, assigned", "first", firstMail, 12, 26},
		{"a mail that joins it", "second", "From: Bo <bo@customer.example>\nTo: support@demo.example\nSubject: Re: Broken kettle\nMessage-ID: <k2@customer.example>\nIn-Reply-To: <k1@customer.example>\n\nStill.\n", 6, 12},
	} {
		reads, writes := take(c.id, c.raw)
		t.Logf("%s: %s read units, %s write units", c.name, short(reads), short(writes))
		if reads > c.reads || writes > c.writes {
			t.Errorf("%s takes %s reads and %s writes, at most %s and %s", c.name, short(reads), short(writes), short(c.reads), short(c.writes))
		}
	}
	if c := h.theCase(guichet.NewCaseID(2)); c.Messages != 2 || c.Agent != "ana" {
		t.Errorf("case %+v, want two messages with ana: else nothing of the above is true", c)
	}
}

func short(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }
