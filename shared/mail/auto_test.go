package mail

import (
	"slices"
	"strings"
	"testing"
)

const humanHead = "From: Ann <ann@customer.example>\nTo: help@shop.example\nSubject: My order\nMessage-ID: <1@customer.example>\n"

// Each sign by itself, on a mail that is otherwise a person's: may a program answer it, and does it move its case?
func TestD39Matrix(t *testing.T) {
	for name, c := range map[string]struct {
		add  string
		kind string
		may  bool
	}{
		"nothing":                        {"", Human, true},
		"auto-submitted no":              {"Auto-Submitted: no", Human, true},
		"auto-submitted no, upper case":  {"Auto-Submitted: No", Human, true},
		"auto-submitted no, comment":     {"Auto-Submitted: no (a person)", Human, true},
		"auto-replied":                   {"Auto-Submitted: auto-replied", AutoReply, false},
		"auto-replied, vacation":         {"Auto-Submitted: auto-replied (vacation)\nX-Vacation: yes", OutOfOffice, false},
		"auto-generated":                 {"Auto-Submitted: auto-generated", Notification, false},
		"auto-notified, parameters":      {"Auto-Submitted: auto-notified; owner-email=\"a@b.example\"", Notification, false},
		"auto-submitted, a new value":    {"Auto-Submitted: auto-whatever", Notification, false},
		"suppress all":                   {"X-Auto-Response-Suppress: All", Human, false},
		"suppress some":                  {"X-Auto-Response-Suppress: DR, OOF, AutoReply", Human, false},
		"suppress none":                  {"X-Auto-Response-Suppress: None", Human, true},
		"precedence bulk":                {"Precedence: bulk", Human, false},
		"precedence list":                {"Precedence: list", Human, false},
		"precedence junk":                {"Precedence: junk", AutoReply, false},
		"precedence auto_reply":          {"Precedence: auto_reply", AutoReply, false},
		"precedence auto-reply":          {"Precedence: Auto-Reply", AutoReply, false},
		"precedence first-class":         {"Precedence: first-class", Human, true},
		"x-autoreply":                    {"X-Autoreply: yes", AutoReply, false},
		"x-autoreply no":                 {"X-Autoreply: no", Human, true},
		"x-autorespond":                  {"X-Autorespond: My order", AutoReply, false},
		"x-loop":                         {"X-Loop: help@shop.example", Human, false},
		"list-id":                        {"List-Id: <shoes.lists.example>", Human, false},
		"list-unsubscribe, a newsletter": {"List-Unsubscribe: <https://news.example/u>\nPrecedence: bulk", Bulk, false},
		"null sender":                    {"Return-Path: <>", AutoReply, false},
		"exchange rule":                  {"X-MS-Exchange-Inbox-Rules-Loop: ann@customer.example", AutoReply, false},
		"feedback report":                {"Content-Type: multipart/report; report-type=feedback-report; boundary=x", Complaint, false},
	} {
		m := Parse([]byte(humanHead + strings.TrimSuffix(c.add+"\n", "\n") + "\n\nWhere is my order?\n"))
		if c.add == "" {
			m = Parse([]byte(humanHead + "\nWhere is my order?\n"))
		}
		a := Automatic(m, "")
		if a.Kind != c.kind || a.MayAnswer != c.may {
			t.Errorf("%s: %s, may answer %v (%q); want %s, %v", name, a.Kind, a.MayAnswer, a.Reasons, c.kind, c.may)
		}
		if (!a.MayAnswer || a.Kind != Human) && len(a.Reasons) == 0 {
			t.Errorf("%s: no evidence", name)
		}
	}
}

// Senders that take no answers, and mail systems (D-37, D-39).
func TestD37SendersThatTakeNoAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		from, envelope string
		kind           string
		may            bool
	}{
		"a person":                   {"From: ann@customer.example", "ann@customer.example", Human, true},
		"no-reply":                   {"From: no-reply@shop.example", "no-reply@shop.example", Human, false},
		"donotreply":                 {"From: DoNotReply@shop.example", "x@shop.example", Human, false},
		"a form with a person":       {"From: noreply@shop.example\nReply-To: ann@customer.example", "noreply@shop.example", Human, true},
		"a form without a person":    {"From: form@shop.example\nReply-To: noreply@shop.example", "form@shop.example", Human, false},
		"null sender":                {"From: ann@customer.example", "<>", AutoReply, false},
		"mailer-daemon":              {"From: MAILER-DAEMON@customer.example", "x@customer.example", Notification, false},
		"postmaster is a person too": {"From: postmaster@customer.example", "postmaster@customer.example", Human, false},
		"owner of a list":            {"From: ann@customer.example", "owner-shoes@lists.example", Human, false},
		"request of a list":          {"From: ann@customer.example", "shoes-request@lists.example", Human, false},
	} {
		a := Automatic(Parse([]byte(c.from+"\nTo: help@shop.example\nSubject: My order\n\nWhere is it?\n")), c.envelope)
		if a.Kind != c.kind || a.MayAnswer != c.may {
			t.Errorf("%s: %s, may answer %v (%q); want %s, %v", name, a.Kind, a.MayAnswer, a.Reasons, c.kind, c.may)
		}
	}
}

// Mail that a person wrote moves its case, whatever brought it; what a program wrote is recorded and moves nothing.
func TestD40PersonsOnListsAreHeard(t *testing.T) {
	for name, head := range map[string]string{
		"google group":       "List-Id: <x.googlegroups.com>\nList-Post: <mailto:x@googlegroups.com>\nList-Unsubscribe: <mailto:x>\nPrecedence: list\nMailing-list: list x@googlegroups.com\n",
		"marked bulk":        "Precedence: bulk\n",
		"marked bulk, reply": "Precedence: bulk\nList-Unsubscribe: <mailto:x>\nIn-Reply-To: <2@shop.example>\n",
		"majordomo":          "Precedence: bulk\nX-Mailing-List: shoes\nList-Unsubscribe: <mailto:x>\n",
	} {
		a := Automatic(Parse([]byte(humanHead+head+"\nIt broke again.\n")), "shoes@lists.example")
		if a.Inert() || a.Kind != Human {
			t.Errorf("%s: %s is inert (%q)", name, a.Kind, a.Reasons)
		}
		if a.MayAnswer {
			t.Errorf("%s: may be answered by a program", name)
		}
	}
	forwarded := humanHead + "\nWhat is this?\n\nBegin forwarded message:\n\n> From: MAILER-DAEMON@mx.example\n> Subject: Undelivered Mail Returned to Sender\n>\n> <bo@shop.example>: 550 5.1.1 user unknown\n"
	if a := Automatic(Parse([]byte(forwarded)), "ann@customer.example"); a.Kind != Human || !a.MayAnswer {
		t.Errorf("a person asks about a bounce: %s (%q)", a.Kind, a.Reasons)
	}
}

// An absence note is inert, by its header in any language; a subject alone is no proof.
func TestD41OutOfOffice(t *testing.T) {
	for _, subject := range []string{"Automatic reply: My order", "Automatische Antwort: Bestellung", "Réponse automatique : Commande", "Respuesta automática: Pedido", "Risposta automatica: Ordine", "Resposta automática: Pedido",
		"Automatisch antwoord: Bestelling", "Odpowiedź automatyczna: Zamówienie", "Autosvar: Order", "Automaattinen vastaus: Tilaus", "Автоответ: Заказ", "自動返信: 注文", "自动回复: 订单", "자동 회신: 주문", "Automatinis atsakymas: Užsakymas", "Automātiskā atbilde: Pasūtījums", "Аутоматски одговор: Наруџбина", "מענה אוטומטי: הזמנה", "Thư trả lời tự động: Đơn hàng", "Abwesenheitsnotiz: Bestellung", "Out of Office: Bo"} {
		m := &Mail{Subject: subject, Text: "Hello", From: []Address{{Addr: "ann@customer.example"}}}
		if a := Automatic(m, "ann@customer.example"); a.Kind != Human {
			t.Errorf("%q alone is taken for %s", subject, a.Kind)
		}
		m.Fields = []Field{{"X-Auto-Response-Suppress", "All"}}
		if a := Automatic(m, "ann@customer.example"); !a.Inert() || !slices.Contains(a.Reasons, "subject") {
			t.Errorf("%q from Exchange: %s (%q)", subject, a.Kind, a.Reasons)
		}
	}
	away := Automatic(Parse([]byte(humanHead+"Return-Path: <>\n\nI am out of the office until Monday.\n")), "")
	if away.Kind != OutOfOffice || !away.Inert() || away.MayAnswer {
		t.Errorf("absence note: %+v", away)
	}
}

// A challenge asks for a click before it delivers: never to be answered, and no address is bad.
func TestChallenge(t *testing.T) {
	text := humanHead + "\nYour message to Ann was held.\n\nPlease click the following link to be added to her approved senders:\nhttps://guard.example/verify/1\n"
	if a := Automatic(Parse([]byte(text)), "<>"); a.Kind != Challenge || a.MayAnswer {
		t.Errorf("challenge: %+v", a)
	}
	reply := strings.Replace(text, "Message-ID:", "In-Reply-To: <2@shop.example>\nMessage-ID:", 1)
	if a := Automatic(Parse([]byte(reply)), "ann@customer.example"); a.Kind != Human {
		t.Errorf("a person quotes one: %+v", a)
	}
}

// Whatever the header says, a person's mail without these signs may be answered, and what may be answered is a person's.
func FuzzAutomatic(f *testing.F) {
	f.Add([]byte(humanHead+"\nHello\n"), "")
	f.Add([]byte("From: MAILER-DAEMON\nAuto-Submitted: (x) auto-replied\nPrecedence: \x00\n\n550 5.1.1"), "<>")
	f.Fuzz(func(t *testing.T, raw []byte, envelope string) {
		a := Automatic(Parse(raw), envelope)
		if a.Kind == "" || a.MayAnswer && a.Kind != Human || a.Kind != Human && len(a.Reasons) == 0 {
			t.Fatalf("%+v", a)
		}
	})
}
