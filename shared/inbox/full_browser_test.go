//go:build outside

package inbox_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guichet/shared/guichet"
	"guichet/shared/inbox"
	"guichet/shared/store"
)

// full is a house as it is after weeks of work: what a page has to bear. Its cases are named by what is hard about them.
type full struct {
	*house
	url   string
	cases map[string]string
	down  atomic.Bool                   // the house does not answer
	gate  atomic.Pointer[chan struct{}] // what cases say waits until it is closed
}

var (
	word = strings.Repeat("Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft", 4)
	bad  = guichet.Verdicts{Spam: "FAIL", Virus: "PASS", SPF: "FAIL", DKIM: "FAIL", DMARC: "FAIL"}
	ill  = guichet.Verdicts{Spam: "FAIL", Virus: "FAIL", SPF: "PASS", DKIM: "PASS", DMARC: "PASS"}
)

// letterOf writes a mail; head are further lines of its header.
func letterOf(from, subject, body string, head ...string) string {
	return fmt.Sprintf("From: %s\nTo: support@acme.example\nSubject: %s\n%s\n%s\n", from, subject, strings.Join(append(head, ""), "\n"), body)
}

// fullHouse fills a house by its own flows and API, then opens its page. cases is how many plain ones there are.
func fullHouse(t testing.TB, cases int) *full {
	f := &full{house: newHouse(t), cases: map[string]string{}}
	f.now = time.Now().Add(-9 * time.Hour)
	ctx := context.Background()
	st := f.desk.Store
	must(t, st.SaveRole(ctx, "acme", guichet.Role{ID: "boss", Name: "boss", Rights: map[guichet.ChannelID][]guichet.Permission{"*": guichet.Permissions}}))
	ana, err := st.Agent(ctx, "acme", "ana")
	must(t, err)
	ana.Role, ana.Limit, ana.Skills = "boss", 500, map[guichet.SkillID]int{"support": 1, "billing": 2, "vip": 1}
	must(t, st.SaveAgent(ctx, "acme", *ana))

	f.settle()
	for i := range cases {
		f.mail([]string{"support", "billing"}[i%2]+"@acme.example", letterOf(fmt.Sprintf("Person %d <p%d@customer.example>", i, i), fmt.Sprintf("Order %d is not here yet", 4000+i), "It was to come on Friday.", fmt.Sprintf("Message-ID: <plain%d@x>", i)))
	}
	f.hard()
	page := inbox.New(f.desk, inbox.Options{SignIn: true, Tenant: "acme", SentMail: func() ([]inbox.SentMail, error) {
		return []inbox.SentMail{{ID: "1", At: time.Now(), Raw: []byte("From: a@acme.example\r\nTo: " + word + "@customer.example\r\nSubject: Re: " + word + "\r\n\r\n" + word)}}, nil
	}})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if f.down.Load() {
			panic(http.ErrAbortHandler)
		}
		if gate := f.gate.Load(); gate != nil && strings.HasSuffix(r.URL.Path, "/detail") {
			<-*gate
		}
		page.ServeHTTP(w, r)
	}))
	t.Cleanup(srv.Close)
	f.url = srv.URL
	return f
}

// settle sets what an operator sets: campaigns, skills, calendars, levels, scripts, rules, fields, templates, forms.
func (f *full) settle() {
	f.t.Helper()
	put := func(status int, method, path, body string) { f.want(status, "acme/ana", method, path, body) }
	put(201, "POST", "/guichet/campaigns", `{"name":"Service"}`)
	put(201, "POST", "/guichet/skills", `{"name":"vip","campaign":"service","criteria":"preferred","preferred_by":"case","fallback_when":"offline","timeout":900,"direction":"inbound","accept_reject":true,"accept_seconds":3600}`)
	put(201, "POST", "/guichet/calendars", `{"name":"Office hours","calendar":{"zone":"Europe/Paris","week":{"mon":["09:00-12:00","13:00-18:00"]},"closed":["2026-12-25"],"special":{"2026-12-24":["09:00-12:00"]}}}`)
	put(200, "PUT", "/guichet/service-levels/general", `{"first":{"h":4},"next":{"h":2},"resolution":{"d":2},"calendar":{"always":true},"pause":["pending"],"warn":[50,80],"urgent":[{"from":10,"first":{"h":1}}]}`)
	_, err := f.desk.SaveFields(context.Background(), "acme", "ana", store.Fields{List: []guichet.Field{{Name: "tier", Type: guichet.StringField, Text: guichet.Text{"en": "Tier", "fr": "Rang"}}}})
	must(f.t, err)
	put(200, "PUT", "/guichet/automation/scripts/triage?activate=true", apiScript)
	put(200, "PUT", "/guichet/automation/rules/gold", `{"id":"gold","name":"Gold contacts first","enabled":true,"on":["case.field-set"],"if":"field.tier == 'gold'","do":[{"priority":20}]}`)
	put(201, "POST", "/guichet/forms", `{"name":"Help me","channelId":"support","enabled":true}`)
	put(201, "POST", "/guichet/templates", `{"name":"Brand","rules":"<b>{{body}}</b>"}`)
	put(201, "POST", "/guichet/signatures", `{"name":"Ana","text":"Ana of Acme"}`)
	put(200, "PUT", "/guichet/lists", `{"allow":["partner.example"],"block":["spam.example","`+strings.ToLower(strings.Repeat("long", 12))+`.example"]}`)
	must(f.t, f.desk.SetPresence(context.Background(), "acme", "ana", guichet.Available))
}

// hard brings the mails that pages break at.
func (f *full) hard() {
	f.t.Helper()
	ctx := context.Background()
	come := func(name, raw string) guichet.MessageID {
		id := f.mail("support@acme.example", raw)
		f.cases[name] = string(id.Case())
		return id
	}
	come("late", letterOf("Late <late@customer.example>", "Nobody answered me", "Hello?"))
	f.pass(5 * time.Hour)
	must(f.t, f.desk.SweepSLA(ctx))
	f.work()
	come("words", letterOf(word[:60]+" <"+word[:60]+"@customer.example>", word, word+"\n\n"+word))
	come("subject", letterOf("Bo <bo@customer.example>", strings.Repeat("The same question as last week, and the week before. ", 12), "See above."))
	come("rtl", letterOf("דוד לוי <david@customer.example>", "ההזמנה שלי לא הגיעה #123 (ABC)", "שלום,\n\nההזמנה ORDER-77 לא הגיעה.\n\nתודה", "Content-Type: text/plain; charset=utf-8"))
	come("arabic", letterOf("محمد <m@customer.example>", "أين طلبي 4711؟", "مرحبا، أين طلبي؟ Order 4711.", "Content-Type: text/plain; charset=utf-8"))
	come("japanese", letterOf("山田太郎 <yamada@customer.example>", "注文した商品がまだ届いていません。ご確認をお願いいたします。", strings.Repeat("お世話になっております。先週注文した商品がまだ届いておりません。", 20), "Content-Type: text/plain; charset=utf-8"))
	come("newsletter", letterOf("The Shop <news@shop.example>", "50 % off everything", "--x\nContent-Type: text/plain\n\nBuy.\n--x\nContent-Type: text/html; charset=utf-8\n\n<table width=1200 style='width:1200px'>"+
		strings.Repeat("<tr><td><img src=http://192.0.2.1/p.png width=600 height=200></td><td style='font-size:30px'>Sale</td></tr>", 80)+"</table>\n--x--", "MIME-Version: 1.0", "Content-Type: multipart/alternative; boundary=x", "List-Unsubscribe: <mailto:u@shop.example>", "Precedence: bulk"))
	come("quoted", firstMail)
	long := come("hundred", letterOf("Bo Brown <bo@customer.example>", "It goes on and on", "First.", "Message-ID: <long0@x>"))
	for i := 1; i < 100; i++ {
		f.pass(time.Minute)
		if i%10 == 5 {
			f.outbound("acme/ana", string(long.Case()), fmt.Sprintf("Answer %d", i))
			f.work()
			continue
		}
		f.mail("support@acme.example", letterOf(fmt.Sprintf("Bo Brown <bo%d@customer.example>", i/12), "Re: It goes on and on", fmt.Sprintf("Message %d.\n\nOn Sunday, you wrote:\n> once more\n", i), fmt.Sprintf("Message-ID: <long%d@x>", i), "In-Reply-To: <long0@x>"))
	}
	other := f.mail("support@acme.example", letterOf("Cy <cy@customer.example>", "About the same thing", "Me too."))
	whole := come("merged", letterOf("Cy <cy@customer.example>", "The thing", "It broke.", "Message-ID: <thing@x>"))
	must(f.t, f.desk.Merge(ctx, "acme", "ana", other.Case(), whole.Case()))
	junk := f.deliver("support@acme.example", letterOf("Win <win@spam-house.example>", "You have won", "Click here."), bad)
	f.cases["junk"] = string(junk.Case())
	for i := range 3 {
		held := f.deliver("support@acme.example", letterOf("Ill <ill@customer.example>", fmt.Sprintf("Invoice attached %d %s", i, word), "See the file."), ill)
		f.cases["held"] = string(held.Case())
	}
	come("away", letterOf("Di <di@customer.example>", "Out of office", "I am away until Monday.", "Auto-Submitted: auto-replied", "Message-ID: <away@x>"))
	come("scheduled", letterOf("Ed <ed@customer.example>", "No hurry", "Tell me next week."))
	at := f.clock().Add(48 * time.Hour).UTC().Format(time.RFC3339)
	f.want(201, "acme/ana", "POST", "/dfo/3.0/channels/support/outbound", `{"thread":{"idOnExternalPlatform":"`+f.cases["scheduled"]+`"},"messageContent":{"type":"TEXT","payload":{"text":"Here you are."}},"scheduledAt":"`+at+`"}`)
	come("draft", letterOf("Fi <fi@customer.example>", "A hard one", "What now?"))
	f.want(201, "acme/ana", "POST", "/dfo/3.0/contacts/"+f.cases["draft"]+"/message-drafts", `{"messageContent":{"type":"TEXT","payload":{"text":"Perhaps so. `+word+`"}},"submit":true}`)
	f.want(201, "acme/ana", "POST", "/dfo/3.0/contacts/"+f.cases["draft"]+"/notes", `{"content":"Ask the workshop. `+word+`"}`)
	come("pending", letterOf("Gus <gus@customer.example>", "Paused", "I look for the number."))
	must(f.t, f.desk.SetStatus(ctx, "acme", "ana", guichet.CaseID(f.cases["pending"]), guichet.Pending))
	for i := range 12 {
		must(f.t, f.desk.SetTag(ctx, "acme", "ana", guichet.CaseID(f.cases["pending"]), fmt.Sprintf("tag-number-%d", i), true))
	}
	come("offered", letterOf("Hal <hal@customer.example>", "For the best of you", "It is urgent."))
	must(f.t, f.desk.Return(ctx, "acme", "ana", guichet.CaseID(f.cases["offered"])))
	f.want(200, "acme/ana", "PUT", contacts+"/"+f.cases["offered"]+"/routing-queue", `{"skillId":"vip"}`)
	f.work()
	come("trashed", letterOf("Ivo <ivo@customer.example>", "Delete me", "All of it."))
	must(f.t, f.desk.SetStatus(ctx, "acme", "ana", guichet.CaseID(f.cases["trashed"]), guichet.Trashed))
	f.mu.Lock()
	f.now = time.Now()
	f.mu.Unlock()
}

// until waits for what the browser has asked the house for.
func (f *full) until(is func() bool, what string) {
	f.t.Helper()
	for range 200 {
		if is() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	f.t.Errorf("%s: it does not come", what)
}
