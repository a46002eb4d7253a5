package inbox_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"guichet/shared/blob"
	"guichet/shared/guichet"
	"guichet/shared/store"
)

// TestASearchLooksAtSoManyCasesForAPage: what matches nothing among 1,100 cases gives an empty page with a token, then the end.
func TestASearchLooksAtSoManyCasesForAPage(t *testing.T) {
	h := newHouse(t)
	ctx, st := context.Background(), h.desk.Store
	tx := &store.Tx{}
	for i := range 1100 {
		id, err := st.NextCase(ctx, "acme")
		must(t, err)
		tx.Case(&guichet.Case{Tenant: "acme", ID: id, Channel: "support", Subject: fmt.Sprint("case ", i), Status: guichet.Closed, Opened: h.clock(), Moved: h.clock()})
		if i%50 == 49 {
			must(t, st.Commit(ctx, tx))
			tx = &store.Tx{}
		}
	}
	for _, sorting := range []string{"", "&sorting=createdAt&sortingType=ASC"} {
		first := h.want(200, "acme/ana", "GET", contacts+"?query=nothing"+sorting, "")
		token, _ := first["scrollToken"].(string)
		if len(ids(first)) != 0 || token == "" {
			t.Errorf("first page%s: %v, want empty and a token", sorting, first)
		}
		if last := h.want(200, "acme/ana", "GET", contacts+"?query=nothing"+sorting+"&scrollToken="+token, ""); last["scrollToken"] != "" || at(last, "hits") != 0.0 {
			t.Errorf("last page%s: %v, want the end", sorting, last)
		}
	}
	if got := h.scroll("acme/ana", contacts+"?size=100"); len(got) != 1100 {
		t.Errorf("all by pages: %d, want 1100", len(got))
	}
}

func TestAHistoryPageThatIsFullSaysThatThereIsMore(t *testing.T) {
	h := newHouse(t)
	n := string(h.mail("support@acme.example", firstMail).Case())
	for range 6 {
		h.want(201, "acme/ana", "POST", contacts+"/"+n+"/notes", `{"content":"x"}`)
	}
	all := len(h.want(200, "acme/ana", "GET", contacts+"/"+n+"/history?size=100", "")["data"].([]any))
	for size := 1; size <= all+1; size++ {
		seen := 0
		for page := 1; page <= all; page++ {
			l := h.want(200, "acme/ana", "GET", fmt.Sprintf("%s/%s/history?page=%d&size=%d", contacts, n, page, size), "")
			seen += len(l["data"].([]any))
			if l["scrollToken"] == "" {
				break
			}
		}
		if seen != all {
			t.Errorf("%d to a page: %d entries were shown, want %d", size, seen, all)
		}
	}
}

// linked is a store of bytes that has addresses of its own, as S3 does.
type linked struct{ blob.Blobs }

func (linked) Link(_ context.Context, key string, ttl time.Duration) (string, error) {
	return fmt.Sprintf("https://bytes.example/%s?for=%s", key, ttl), nil
}

func picture(bytes int) string {
	text := base64.StdEncoding.EncodeToString(make([]byte, bytes))
	var lines strings.Builder
	for i := 0; i < len(text); i += 76 {
		lines.WriteString(text[i:min(i+76, len(text))] + "\n")
	}
	return strings.Replace(richMail, "iVBORw0KGgo=\n", lines.String(), 1)
}

func TestLargeMail(t *testing.T) {
	h := newHouse(t)
	small, large := string(h.mail("support@acme.example", picture(1<<20))), string(h.mail("support@acme.example", strings.ReplaceAll(picture(9<<20), "rich@", "large@")))
	for id, shown := range map[string]bool{small: true, large: false} {
		if r := h.as("acme/ana", "GET", "/dfo/3.0/messages/"+id+"/html", ""); r.status != 200 || strings.Contains(r.body, "data:image/png") != shown {
			t.Errorf("%s: HTML of %d bytes, picture shown %v, want %v", id, len(r.body), !shown, shown)
		}
	}
	if r := h.as("acme/ana", "GET", "/dfo/3.0/messages/"+large+"/raw", ""); r.status != 200 || len(r.body) < 12<<20 {
		t.Errorf("raw without addresses: %d, %d bytes", r.status, len(r.body))
	}
	h.desk.Store.Blobs = linked{h.desk.Store.Blobs}
	if r := h.as("acme/ana", "GET", "/dfo/3.0/messages/"+large+"/raw", ""); r.status != 302 || !strings.HasPrefix(r.header.Get("Location"), "https://bytes.example/in/") {
		t.Errorf("raw with addresses: %d %v", r.status, r.header)
	}
	if r := h.as("acme/ana", "GET", "/dfo/3.0/messages/"+small+"/raw", ""); r.status != 200 {
		t.Errorf("small raw with addresses: %d", r.status)
	}
}
