package inbox_test

import (
	"fmt"
	"testing"
)

// BenchmarkPoll is what an open page asks again and again: a case that has not moved, and an inbox of ten that has not.
func BenchmarkPoll(b *testing.B) {
	h := newHouse(b)
	h.want(200, "acme/ana", "PUT", "/engager/2.0/users/me/status", `{"status":"available"}`)
	n := ""
	for i := range 10 {
		n = string(h.mail("support@acme.example", fmt.Sprintf("From: bo@customer.example\nSubject: case %d\nMessage-ID: <%d@poll>\n\nhi\n", i, i)).Case())
	}
	for name, path := range map[string]string{"case": contacts + "/" + n, "inbox": contacts + "?inboxAssignee=me&size=50", "detail": contacts + "/" + n + "/detail"} {
		tag := h.as("acme/ana", "GET", path, "").header.Get("ETag")
		for situation, header := range map[string]string{"same": tag, "all": ""} {
			b.Run(name+"/"+situation, func(b *testing.B) {
				was := h.db.Usage()
				for b.Loop() {
					h.as("acme/ana", "GET", path, "", "If-None-Match", header)
				}
				b.ReportMetric((h.db.Usage().Reads-was.Reads)/float64(b.N), "read-units/op")
			})
		}
	}
}
