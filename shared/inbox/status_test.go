package inbox_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// TestEveryEndpointSaysWhoMayAndWhatIsWrong asks each endpoint as nobody, as an agent of another tenant, as one without the right, with a bad
// body, and rightly.
func TestEveryEndpointSaysWhoMayAndWhatIsWrong(t *testing.T) {
	const v = "/dfo/3.0"
	rows := []struct {
		call, path, body string
		nobody, other    int // without sign-in; another tenant's agent
		none, reader     int // an agent without any right; one who may read alone
		bad              int // with a body that is not JSON; 0: takes none
		ok               int
	}{
		{"GET", v + "/me", "", 401, 200, 200, 200, 0, 200},
		{"GET", v + "/users", "", 401, 200, 200, 200, 0, 200},
		{"GET", v + "/channels?includeDeleted=1&orderBy=name&order=asc", "", 401, 200, 200, 200, 0, 200},
		{"GET", v + "/routing-queues?size=500", "", 401, 200, 200, 200, 0, 200},
		{"GET", v + "/tags", "", 401, 200, 200, 200, 0, 200},
		{"GET", v + "/contacts", "", 401, 200, 200, 200, 0, 200},
		{"GET", v + "/contacts/{n}", "", 401, 404, 404, 200, 0, 200},
		{"GET", v + "/contacts/{n}/detail", "", 401, 404, 404, 200, 0, 200},
		{"GET", v + "/contacts/{n}/messages", "", 401, 404, 404, 200, 0, 200},
		{"GET", v + "/contacts/{n}/history?page=1&size=25&withContext=1", "", 401, 404, 404, 200, 0, 200},
		{"PUT", v + "/contacts/{n}/status", `{"status":"pending"}`, 401, 404, 404, 403, 400, 200},
		{"PUT", v + "/contacts/{n}/inbox-assignment", `{"inboxAssigneeCxoneId":"ana"}`, 401, 404, 404, 403, 400, 200},
		{"DELETE", v + "/contacts/{n}/inbox-assignment", "", 401, 404, 404, 403, 0, 200},
		{"PUT", v + "/contacts/{n}/routing-queue", `{"skillId":"billing"}`, 401, 404, 404, 403, 400, 200},
		{"POST", v + "/contacts/{n}/notes", `{"content":"ring him"}`, 401, 404, 404, 403, 400, 201},
		{"PUT", v + "/contacts/{n}/tags/shoes", "", 401, 404, 404, 403, 0, 204},
		{"DELETE", v + "/contacts/{n}/tags/shoes", "", 401, 404, 404, 403, 0, 204},
		{"POST", v + "/channels/support/outbound", `{"thread":{"idOnExternalPlatform":"{n}"},"messageContent":{"type":"TEXT","payload":{"text":"Soon."}}}`, 401, 404, 404, 403, 400, 201},
		{"GET", v + "/messages/{m}", "", 401, 404, 404, 200, 0, 200},
		{"GET", v + "/messages/{m}/why", "", 401, 404, 404, 200, 0, 200},
		{"GET", v + "/messages/{m}/raw", "", 401, 404, 404, 200, 0, 200},
		{"GET", v + "/messages/{m}/html", "", 401, 404, 404, 200, 0, 200},
		{"GET", v + "/messages/{m}/attachments/0", "", 401, 404, 404, 200, 0, 200},
		{"PUT", v + "/messages/{m}/tags/boots", "", 401, 404, 404, 403, 0, 204},
		{"DELETE", v + "/messages/{m}/tags/boots", "", 401, 404, 404, 403, 0, 204},
		{"PUT", "/engager/2.0/users/me/status", `{"status":"busy"}`, 401, 200, 200, 200, 400, 200},
		{"POST", "/guichet/contacts/{n}/merge", `{"into":{n}}`, 401, 404, 404, 403, 400, 200}, // into itself: it is one case already
		{"POST", "/guichet/contacts/{n}/merge", `{"into":"100001"}`, 401, 404, 404, 404, 400, 404},
		{"POST", "/guichet/contacts/{n}/merge", `{}`, 401, 422, 422, 422, 400, 422},
		{"POST", "/guichet/contacts/{n}/unmerge", "", 401, 404, 404, 200, 0, 200}, // it is no part: nothing to do, for nobody
		{"POST", "/guichet/messages/{m}/split", "", 401, 404, 404, 403, 0, 422},   // it is the only one
		{"POST", "/guichet/messages/nothing/split", "", 401, 404, 404, 404, 0, 404},
		{"GET", "/guichet/messages/{m}/replay", "", 401, 404, 404, 403, 0, 200},
		{"GET", "/guichet/messages/{n}-99/replay", "", 401, 404, 404, 404, 0, 404},
		{"PUT", "/guichet/messages/{m}/spam", "", 401, 404, 404, 403, 0, 204},
		{"DELETE", "/guichet/messages/{m}/spam", "", 401, 404, 404, 403, 0, 204},
		{"PUT", "/guichet/messages/{n}-99/spam", "", 401, 404, 404, 403, 0, 404},
		{"PUT", "/guichet/messages/nothing/spam", "", 401, 404, 404, 404, 0, 404},
		{"GET", "/guichet/quarantine", "", 401, 200, 403, 403, 0, 200},
		{"POST", "/guichet/quarantine/{m}/release", "", 401, 404, 404, 403, 0, 204},
		{"GET", "/guichet/sent", "", 401, 404, 404, 404, 0, 404},
		{"GET", "/guichet/ticket?path=/dfo/3.0/messages/{m}/raw", "", 401, 200, 200, 200, 0, 200}, // a right is asked for when it is used
		{"GET", "/guichet/nothing", "", 404, 404, 404, 404, 0, 404},
		{"GET", "/nothing", "", 404, 404, 404, 404, 0, 404},
		{"POST", "/", "", 404, 404, 404, 404, 0, 404},
	}
	h := newHouse(t)
	id := h.mail("support@acme.example", richMail)
	fill := strings.NewReplacer("{n}", string(id.Case()), "{m}", string(id)).Replace
	for _, r := range rows {
		ask := func(who, agent, body string, want int) {
			t.Helper()
			got := h.as(agent, r.call, fill(r.path), fill(body))
			if got.status != want {
				t.Errorf("%s %s as %s: got %d, want %d: %.200s", r.call, r.path, who, got.status, want, got.body)
			}
			if got.status >= 400 && !errorShape.MatchString(got.body) {
				t.Errorf("%s %s as %s: the error has another shape: %s", r.call, r.path, who, got.body)
			}
		}
		ask("nobody", "", r.body, r.nobody)
		ask("a tenant that is none", "gone/ana", r.body, map[bool]int{true: 403, false: r.nobody}[r.nobody == 401])
		ask("another tenant's agent", "zeta/ana", r.body, r.other)
		ask("who may nothing", "acme/nil", r.body, r.none)
		ask("a reader", "acme/rob", r.body, r.reader)
		if r.bad != 0 {
			ask("ana with half a body", "acme/ana", `{"status":`, r.bad)
			ask("ana with a list", "acme/ana", `[1]`, 422)
		}
		ask("ana", "acme/ana", r.body, r.ok)
	}
}

var errorShape = regexp.MustCompile(`^\{"errors":\[\{("field":"[^"]+",)?"message":"[^"]+(\\"[^"]*)*","parameters":\{.*\},"errorCode":"[a-z-]+"\}\],"uid":"[0-9a-f]{16}"\}\n$`)

const richMail = `From: Bo Brown <bo@customer.example>
To: support@acme.example
Subject: My shoes are wet
Message-ID: <rich@customer.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=m

--m
Content-Type: multipart/related; boundary=r

--r
Content-Type: text/html; charset=utf-8

<p onclick="alert(1)">See <img src="cid:pic@x"> and <img src="https://tracker.example/p.gif?who=bo"></p>
<script>alert(2)</script><iframe src="https://evil.example"></iframe><form action="https://evil.example"><input name=q></form>
<a href="javascript:alert(3)">x</a><svg onload=alert(4)></svg>
--r
Content-Type: image/png
Content-ID: <pic@x>
Content-Disposition: inline; filename="pic.png"
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--r--
--m
Content-Type: text/html; name="note é.html"
Content-Disposition: attachment; filename="note ""; x.html"

<script>alert(5)</script>
--m--
`

// TestAnotherTenantsCaseIsNoCase compares the whole answer for a case of another tenant with that for a case that is nowhere.
func TestAnotherTenantsCaseIsNoCase(t *testing.T) {
	h := newHouse(t)
	id := h.mail("support@acme.example", richMail)
	uid := regexp.MustCompile(`"uid":"[^"]+"`)
	mask := func(r reply) string {
		r.header.Del("Date")
		return fmt.Sprint(r.status, r.header, uid.ReplaceAllString(r.body, "uid"))
	}
	for _, agent := range []string{"zeta/ana", "acme/nil"} {
		for _, call := range []string{
			"GET /dfo/3.0/contacts/{n}", "GET /dfo/3.0/contacts/{n}/detail", "GET /dfo/3.0/contacts/{n}/messages", "GET /dfo/3.0/contacts/{n}/history",
			"PUT /dfo/3.0/contacts/{n}/status", "DELETE /dfo/3.0/contacts/{n}/inbox-assignment", "PUT /dfo/3.0/contacts/{n}/tags/xx",
			"GET /dfo/3.0/messages/{n}-1", "GET /dfo/3.0/messages/{n}-1/why", "GET /dfo/3.0/messages/{n}-1/raw", "GET /dfo/3.0/messages/{n}-1/html",
			"GET /dfo/3.0/messages/{n}-1/attachments/0", "POST /guichet/quarantine/{n}-1/release", "GET /guichet/messages/{n}-1/replay",
		} {
			method, path, _ := strings.Cut(call, " ")
			body := map[string]string{"PUT": `{"status":"pending"}`}[method]
			var answers []string
			for _, n := range []string{string(id.Case()), "999995", "100013", "x", "100012%00"} {
				answers = append(answers, mask(h.as(agent, method, strings.ReplaceAll(path, "{n}", n), body)))
			}
			for _, a := range answers[1:] {
				if a != answers[0] {
					t.Errorf("%s as %s tells another tenant's case from none:\n%s\n%s", call, agent, answers[0], a)
				}
			}
		}
		for _, q := range []string{"", "?query=title=" + string(id.Case()), "?query=status+IN+(new,open)", "?query=wet", "?inboxAssignee=none", "?endUserIdOnExternalPlatform[]=bo@customer.example"} {
			if list := h.want(200, agent, "GET", "/dfo/3.0/contacts"+q, ""); at(list, "hits") != 0.0 {
				t.Errorf("search %q as %s finds another's case: %v", q, agent, list)
			}
		}
	}
}

func TestWrongRequestsNameTheirField(t *testing.T) {
	h := newHouse(t)
	n := string(h.mail("support@acme.example", firstMail).Case())
	c := "/dfo/3.0/contacts/" + n
	answer := func(more string) string {
		return `{"thread":{"idOnExternalPlatform":"` + n + `"},"messageContent":{"payload":{"text":"hi"}}` + more + `}`
	}
	for _, r := range []struct {
		situation, call, path, body, field string
		status                             int
	}{
		{"a status that is a number", "PUT", c + "/status", `{"status":7}`, "status", 422},
		{"a status that is none", "PUT", c + "/status", `{"status":"done"}`, "status", 422},
		{"no status", "PUT", c + "/status", `{}`, "status", 422},
		{"fields that nobody knows are let be", "PUT", c + "/status", `{"status":"pending","more":[1]}`, "", 200},
		{"an assignee that is an object", "PUT", c + "/inbox-assignment", `{"inboxAssigneeCxoneId":{}}`, "inboxAssigneeCxoneId", 422},
		{"nobody", "PUT", c + "/inbox-assignment", `{}`, "inboxAssigneeCxoneId", 422},
		{"an agent who is none", "PUT", c + "/inbox-assignment", `{"userId":12345}`, "inboxAssignee", 422},
		{"an agent who may not answer", "PUT", c + "/inbox-assignment", `{"inboxAssignee":"rob"}`, "inboxAssignee", 422},
		{"a skill that is none", "PUT", c + "/routing-queue", `{"skillId":4001}`, "skillId", 422},
		{"no skill", "PUT", c + "/routing-queue", `{"skillId":null}`, "skillId", 422},
		{"an empty note", "POST", c + "/notes", `{"content":" "}`, "content", 422},
		{"a note that is a list", "POST", c + "/notes", `{"content":["x"]}`, "content", 422},
		{"a note over the limit", "POST", c + "/notes", `{"content":"` + strings.Repeat("x", 200<<10) + `"}`, "", 413},
		{"a body over the limit", "POST", c + "/notes", `{"content":"` + strings.Repeat("x", 5<<20) + `"}`, "", 413},
		{"a tag with a blank", "PUT", c + "/tags/a%20b", "", "tag", 422},
		{"two values", "POST", c + "/notes", `{"content":"a"}{"content":"b"}`, "body", 400},
		{"no body", "POST", c + "/notes", "", "body", 400},
		{"an answer to nothing", "POST", "/dfo/3.0/channels/support/outbound", `{"messageContent":{"payload":{"text":"hi"}}}`, "thread.idOnExternalPlatform", 422},
		{"an answer by another channel", "POST", "/dfo/3.0/channels/billing/outbound", answer(""), "", 404},
		{"an answer without a text", "POST", "/dfo/3.0/channels/support/outbound", `{"thread":{"idOnExternalPlatform":` + n + `},"messageContent":{"type":"TEXT"}}`, "messageContent", 422},
		{"an answer of another kind", "POST", "/dfo/3.0/channels/support/outbound", `{"thread":{"idOnExternalPlatform":` + n + `},"messageContent":{"type":"PLUGIN"}}`, "messageContent.type", 422},
		{"an answer with a file", "POST", "/dfo/3.0/channels/support/outbound", answer(`,"attachments":[{"url":"x"}]`), "attachments", 422},
		{"an answer to a message that is none", "POST", "/dfo/3.0/channels/support/outbound", answer(`,"replyToMessage":{"id":"x"}`), "replyToMessage", 422},
		{"an answer to an address that is none", "POST", "/dfo/3.0/channels/support/outbound", answer(`,"recipients":[{"idOnExternalPlatform":"no address"}]`), "recipients", 422},
		{"a recipient list that is a string", "POST", "/dfo/3.0/channels/support/outbound", answer(`,"recipients":"bo"`), "recipients", 422},
		{"a query that ends early", "GET", "/dfo/3.0/contacts?query=status+IN+(new", "", "query", 422},
		{"a query about what nobody knows", "GET", "/dfo/3.0/contacts?query=colour=red", "", "query", 422},
		{"a status in the list that is none", "GET", "/dfo/3.0/contacts?status[]=odd", "", "status", 422},
		{"a sorting that is none", "GET", "/dfo/3.0/contacts?sorting=colour", "", "sorting", 422},
		{"a token of elsewhere", "GET", "/dfo/3.0/contacts?scrollToken=zzz", "", "scrollToken", 422},
		{"a token below zero", "GET", "/dfo/3.0/contacts?scrollToken=g.-5", "", "scrollToken", 422},
		{"a size of none", "GET", "/dfo/3.0/contacts?size=0", "", "size", 422},
		{"a page beyond the history", "GET", c + "/history?page=100&size=100", "", "page", 422},
		{"a timeline token of elsewhere", "GET", c + "/messages?scrollToken=1:2", "", "scrollToken", 422},
		{"a presence that is none", "PUT", "/engager/2.0/users/me/status", `{"status":"asleep"}`, "status", 422},
		{"another's presence", "PUT", "/engager/2.0/users/rob/status", `{"status":"busy"}`, "", 403},
	} {
		got := h.want(r.status, "acme/ana", r.call, r.path, r.body)
		field, _ := at(got, "errors", 0, "field").(string)
		if r.status >= 400 && !strings.HasPrefix(field, r.field) {
			t.Errorf("%s: field %q, want %q: %v", r.situation, field, r.field, got)
		}
	}
}

// TestRightsAreNamed (A087, A088): reading works, answering needs reply and view-skills, and the error says which one is missing.
func TestRightsAreNamed(t *testing.T) {
	h := newHouse(t)
	n := string(h.mail("support@acme.example", firstMail).Case())
	answer := `{"thread":{"idOnExternalPlatform":"` + n + `"},"messageContent":{"payload":{"text":"hi"}}}`
	for agent, want := range map[string]string{"acme/rob": "reply", "acme/sky": "view-skills"} {
		h.want(200, agent, "GET", "/dfo/3.0/contacts/"+n, "")
		got := h.want(403, agent, "POST", "/dfo/3.0/channels/support/outbound", answer)
		if at(got, "errors", 0, "parameters", "permission") != want {
			t.Errorf("%s: %v, want the permission %s named", agent, got, want)
		}
	}
	h.want(404, "acme/bob", "GET", "/dfo/3.0/contacts/"+n, "") // bob may billing alone (A078)
	if list := h.want(200, "acme/bob", "GET", "/dfo/3.0/contacts", ""); at(list, "hits") != 0.0 {
		t.Errorf("bob sees a case of support: %v", list)
	}
	if got := h.as("acme/bob", "GET", "/dfo/3.0/channels", "").body; strings.Contains(got, "support") || !strings.Contains(got, "billing") {
		t.Errorf("bob's channels: %s, want billing alone", got)
	}
}
