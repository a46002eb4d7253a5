package mail

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// What phones and programs add below an answer, in the languages that they are sold in.
func TestD66MobileSignatures(t *testing.T) {
	for _, line := range []string{
		"Sent from my iPhone", "Sent from my iPad.", "Sent from my Galaxy", "Sent from my Verizon, Samsung Galaxy smartphone", "Sent from Yahoo Mail for iPhone", "Sent from Mail for Windows",
		"Sent from Outlook for iOS<https://aka.ms/o0ukef>", "Get Outlook for Android<https://aka.ms/ghei36>", "Sent via the Samsung Galaxy S21 5G, an AT&T 5G smartphone", "Sent from ProtonMail mobile", "Sent with Proton Mail secure email.",
		"Von meinem iPhone gesendet", "Gesendet von meinem Samsung Galaxy Smartphone.", "Von meinem/meiner Galaxy gesendet", "Gesendet von Mail für Windows", "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.", "Gesendet mit der GMX Mail App", "Gesendet von Yahoo Mail auf Android",
		"Envoyé de mon iPhone", "Envoyé depuis mon appareil Galaxy", "Envoyé à partir de Outlook pour Android", "Télécharger Outlook pour iOS", "Envoyé depuis mon smartphone Samsung Galaxy.",
		"Enviado desde mi iPhone", "Enviado desde mi Galaxy", "Obtener Outlook para Android", "Enviado desde Correo para Windows", "Enviado do meu iPhone", "Obter o Outlook para iOS",
		"Inviato da iPhone", "Inviato dal mio Galaxy", "Inviato da Outlook per Android", "Verzonden vanaf mijn iPhone", "Verstuurd vanaf mijn iPhone", "Verzonden vanuit Mail voor Windows", "Wysłane z iPhone'a", "Wysłano z mojego iPhone'a", "Pobierz aplikację Outlook dla systemu Android",
		"Skickat från min iPhone", "Hämta Outlook för iOS", "Sendt fra min iPhone", "Hent Outlook til Android", "Få Outlook for iOS", "Lähetetty iPhonesta", "Odesláno z iPhonu", "Odoslané z iPhonu", "Отправлено с iPhone", "Отправлено из мобильной Почты Mail.ru: Android", "Надіслано з iPhone",
		"iPhone'umdan gönderildi", "Εστάλη από το iPhone μου", "Trimis de pe iPhone-ul meu", "iPhoneから送信", "发自我的iPhone", "從我的 iPhone 傳送", "나의 iPhone에서 보냄", "Được gửi từ iPhone của tôi", "Dikirim dari iPhone saya", "נשלח מה-iPhone שלי", "أُرسلت من الـ iPhone",
	} {
		text := "Yes, please.\n\n" + line + "\n"
		f := Fold(text)
		if f.Visible != "Yes, please." {
			t.Errorf("%q stays: %q", line, f.Visible)
		}
		if last := f.Segments[len(f.Segments)-1]; last.Kind != Signature {
			t.Errorf("%q is %s, want signature", line, last.Kind)
		}
	}
}

// Text that looks like what clients add, but was written: it must stay (D-66).
func TestD66AnswersStay(t *testing.T) {
	for name, text := range map[string]string{
		"sent from a place":          "Where is it?\n\nSent from my warehouse in Berlin yesterday, tracking 12345.",
		"sent by a carrier":          "Sent by DHL on Monday.",
		"sent with a carrier":        "How it was shipped:\nSent with UPS Express",
		"a phone that fails":         "It fails there too.\n\nFrom my iPhone it does not work",
		"a phone that fails, de":     "Es geht nicht.\n\nVon meinem iPhone aus geht es auch nicht",
		"a phone that fails, ko":     "안녕하세요\n\n내 iPhone이 고장났어요",
		"a phone that fails, zh":     "您好\n\n从我的 iPhone 无法登录",
		"a program that fails":       "Hello\n\nOutlook for iOS does not show it",
		"sent and bounced":           "Hello\n\nSent from my iPhone but it bounced twice",
		"sent, a story":              "Hello\n\nSent via mail to your office last week",
		"a leave form":               "Please grant:\n\nFrom: Monday\nTo: Friday\nSubject: holiday",
		"an answer after a colon":    "Here is what you asked for:\nmy number is 4711\nand my name is Bo.",
		"a colon and a date":         "On 5 March 2024 I ordered these:\n\n2 shirts\n1 hat",
		"prose about writing":        "On Monday your colleague wrote to me that the refund would come.\n\nIt did not.",
		"a travel form":              "Hello,\n\nFrom: Berlin\nTo: Paris\nDate: 5 March\n\nPlease book.",
		"a form with a name":         "Name: Bo\nEmail: bo@example.com\nSubject: Refund\n\nPlease refund me.",
		"a table with rules":         "Item        Price\n----------------\nShirt       10\nHat          5\n----------------\nSum         15",
		"bullets":                    "I need:\n\n- a shirt\n- a hat\n\n- apples",
		"dashes in a sentence":       "It is broken -- really -- so\n\nplease help.",
		"inline answers":             "> Which size?\nL\n> Which colour?\nblue\n",
		"short inline answers":       "> Do you want the shirt that we talked about on the phone last week?\nyes\n> And the hat?\nno",
		"inline after a long line":   "> Please tell us the name of the person who took your order at the counter.\nit was ann\n> And the time?\nnoon",
		"answer below a quote":       "> Which size?\n\nL, please.",
		"only a signature":           "-- \nBo\nbo@example.com",
		"only a phone":               "Sent from my iPhone",
		"only a quote":               "> Which size?\n> Ann",
		"only an attribution":        "On 05/03/2024 10:15, John Doe wrote:",
		"a rule alone":               "++",
		"a closing with a name":      "L, please.\n\nBest regards\n\nBo Example",
		"a PS after the name":        "L, please.\n\nRegards,\nBo Example\nPS: and a hat.",
		"a question after the name":  "L, please.\n\nRegards,\nBo Example\nWhen will it come?",
		"python":                     "I typed this:\n\n>>> print(1)\n1\n\nand it works.",
		"a quotation in prose":       "You wrote:\n\nwe deliver on Monday\n\nYou did not.",
		"name and number at the end": "My details are below.\n\nBo Example\n+49 30 1234567",
		"subject line in the text":   "Subject: Refund\n\nPlease refund order 4711.",
	} {
		want := strings.TrimRight(text, "\n")
		if got := Fold(text).Visible; got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// An interleaved answer keeps what it answers; what is quoted below the last answer is folded.
func TestD66InterleavedAnswer(t *testing.T) {
	text := "Hello Ann,\n\nOn 05/03/2024 10:15, Ann wrote:\n> Which size?\n\nL, please.\n\n> Which colour?\n\nBlue.\n\n> Regards\n> Ann\n\n-- \nBo\n"
	want := "Hello Ann,\n\n> Which size?\n\nL, please.\n\n> Which colour?\n\nBlue."
	f := Fold(text)
	if f.Visible != want {
		t.Errorf("got %q, want %q", f.Visible, want)
	}
	var kinds []string
	for _, s := range f.Segments {
		kinds = append(kinds, s.Kind)
	}
	if got := strings.Join(kinds, " "); got != "own quoted quoted own quoted own quoted signature" {
		t.Errorf("segments: %s", got)
	}
}

// Marks of their own instead of ">" stand below an attribution: the answer below them stays (D-66).
func TestD66OtherQuoteMarks(t *testing.T) {
	for name, mark := range map[string]string{"a name": "Ann> ", "a bar": "| ", "initials": "AE> ", "a colon": ": "} {
		below := "On 05/03/2024 10:15, Ann wrote:\n\n" + mark + "Which size?\n" + mark + "And colour?\n\nL, please."
		if got := Fold(below).Visible; got != "L, please." {
			t.Errorf("%s, below: %q", name, got)
		}
		above := "L, please.\n\nOn 05/03/2024 10:15, Ann wrote:\n\n" + mark + "Which size?\n" + mark + "And colour?\n"
		if got := Fold(above).Visible; got != "L, please." {
			t.Errorf("%s, above: %q", name, got)
		}
	}
	for _, text := range []string{"I ran this:\n\nmysql> select 1;\nmysql> select 2;\n\nand it failed.", "a> b is true.\n\nYes.", "| a | b |\n| 1 | 2 |"} {
		if got := Fold(text).Visible; got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// Gateways and old clients run things together.
func TestD66RunTogether(t *testing.T) {
	for name, text := range map[string]string{
		"behind a sentence":   "L, please. On Tue, Mar 5, 2024 at 10:15 AM Ann <ann@example.com> wrote:\n\n> Which size?\n",
		"behind, not quoted":  "L, please. On Tue, Mar 5, 2024 at 10:15 AM Ann <ann@example.com> wrote:\n\nWhich size?\n",
		"behind, in German":   "L, please. Am 05.03.2024 um 10:15 schrieb Ann <ann@example.com>:\n\n> Which size?\n",
		"header in one line":  "L, please.\n\nFrom: Ann <ann@example.com> Sent: Tuesday, March 5, 2024 10:15 AM To: Bo Subject: Order\n\nWhich size?\n",
		"no colon, old gmail": "L, please.\n\n2011/4/7 Ann <ann@example.com>\n\n> Which size?\n",
		"phone and name":      "L, please.\n\nSent from Samsung Mobile\n\nAnn <ann@example.com> wrote:\n\n> Which size?\n",
	} {
		if got := Fold(text).Visible; got != "L, please." {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// Some phones put their line above the answer.
func TestFoldAnswerBelowThePhone(t *testing.T) {
	if got := Fold("Sent from my iPhone\n\nL, please.").Visible; got != "L, please." {
		t.Errorf("got %q", got)
	}
}

// The marker of a helpdesk is a hint: without it the answer is found too, and text below it is not lost if nothing stands above.
func TestD67MarkerIsAHint(t *testing.T) {
	const marker = "##- Please type your reply above this line -##"
	quoted := "On 05/03/2024 10:15, Ann wrote:\n\n> " + marker + "\n> Which size?\n"
	for name, c := range map[string]struct{ text, want string }{
		"marker in the quotation": {"L, please.\n\n" + quoted, "L, please."},
		"marker removed":          {"L, please.\n\n" + strings.Replace(quoted, "> "+marker+"\n", "", 1), "L, please."},
		"marker not quoted":       {"L, please.\n\n" + marker + "\n\nWhich size?", "L, please."},
		"nothing above":           {marker + "\n\nL, please.", marker + "\n\nL, please."},
	} {
		if got := Fold(c.text).Visible; got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// A footer of a list, a signature with delimiter, a name after a dash, a block of name and title.
func TestFoldSignatures(t *testing.T) {
	for name, text := range map[string]string{
		"delimiter":          "Yes.\n\n-- \nBo Example\nACME\n",
		"loose delimiter":    "Yes.\n--\nBo Example\n",
		"long dash":          "Yes.\n\n—\nBo Example\nbo@example.com\n",
		"list footer":        "Yes.\n\n_______________________________________________\nusers mailing list\nusers@lists.example.com\nhttps://lists.example.com/users\n",
		"name after a dash":  "Yes.\n\n-Bo Example\n",
		"title block":        "Yes.\n\nKind regards,\n\nBo Example\nHead of Shirts\nACME Ltd.",
		"title block, phone": "Yes.\n\nMit freundlichen Grüßen\nBo Example\nTel. +49 30 1234567\nwww.example.com\n",
		"two dashes, a name": "Yes.\n\n-- BKS\n",
		"signed":             "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nYes.\n\n- -- \nBo Example\n-----BEGIN PGP SIGNATURE-----\n\niQEzBAEBCAAdFiEE\n=64gm\n-----END PGP SIGNATURE-----\n",
		"trailing rules":     "Yes.\n\n***\n\n---\n",
	} {
		want := "Yes."
		if name == "title block" { // a line that ends in a full stop may be a sentence: it stays
			want = text
		}
		if got := Fold(text).Visible; got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// checkFolded: the segments cover the text in order, what is shown is made of the text's own bytes, and nothing that was there is emptied.
func checkFolded(t interface{ Fatalf(string, ...any) }, text string) {
	f := Fold(text)
	at := 0
	shown := ""
	for _, s := range f.Segments {
		if s.Start != at || s.End <= s.Start || s.End > len(text) {
			t.Fatalf("segment %+v does not follow %d in %q", s, at, text)
		}
		if s.Kind != Own && s.Kind != Quoted && s.Kind != Signature {
			t.Fatalf("kind %q", s.Kind)
		}
		if at = s.End; s.Shown {
			shown += text[s.Start:s.End]
		}
	}
	if at != len(text) {
		t.Fatalf("segments end at %d of %d: %q", at, len(text), text)
	}
	if !strings.Contains(shown, f.Visible) {
		t.Fatalf("visible %q is not made of the text %q", f.Visible, text)
	}
	if foldTrim(text) != "" && foldTrim(f.Visible) == "" {
		t.Fatalf("emptied: %q", text)
	}
	if utf8.ValidString(text) && !utf8.ValidString(f.Visible) {
		t.Fatalf("broken UTF-8 in %q", f.Visible)
	}
}

func TestFoldNeverEmpties(t *testing.T) {
	pieces := []string{"Yes.", "> quoted", ">> deeper", "", "-- ", "--", "____", "Sent from my iPhone", "On 05/03/2024 10:15, Ann wrote:", "From: Ann <ann@example.com>", "Sent: 5 March 2024 10:15",
		"To: bo@example.com", "Subject: x", "-----Original Message-----", "Regards", "Bo Example", "-Bo", "***", ">:", "Max <", "no\r", "\u200b", "Am 5. März 2024 um 10:15 schrieb", "ann@example.com>:"}
	rapid.Check(t, func(t *rapid.T) {
		checkFolded(t, strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 20).Draw(t, "lines"), "\n"))
	})
}

func FuzzFold(f *testing.F) {
	for _, a := range attributions {
		f.Add("Yes.\n\n" + a.line + "\n> No?\n")
	}
	for _, h := range headerBlocks {
		f.Add("Yes.\n\n" + h.block + "\n\nNo?\n")
	}
	f.Add("Yes <\n>:\n> x\r\r\n\x00\xff")
	f.Fuzz(func(t *testing.T, text string) {
		checkFolded(t, text)
		FoldHTML(text)
	})
}

// Hostile texts take linear time: each of 1 MB takes a fraction of a second; a square of it would take hours.
func TestFoldIsLinear(t *testing.T) {
	for name, unit := range map[string]string{
		"colons": ":\n", "quotes": "> ", "dates": "On 5.3.2024 10:15 a@b.c <a@b.c>:\n", "labels": "From: a@b.c\n", "labels and blanks": "From: a@b.c\n\n", "rules": "--\n", "dashes": "-", "verbs": "1 wrote:\n",
		"opened": "x <\n>:\n", "phones": "Sent from my iPhone\n", "closings": "Regards\nBo Example\n", "blank": "\n", "carriage": "\r", "letters": "a", "marks": "##- reply above this line -##\n", "forward": "Begin forwarded message:\n",
		"long quoted": "> " + strings.Repeat("a", 70) + "\nb\n", "at": "@", "digits": "1.1.", "words": "a b c d e f g h i j k l m n:\n",
	} {
		text := "Yes.\n" + strings.Repeat(unit, (1<<20)/len(unit))
		if d := elapsed(func() { checkFolded(t, text) }); d > 20 {
			t.Errorf("%s: %.2f s for 1 MB", name, d)
		}
	}
}

func BenchmarkFold75KB(b *testing.B) {
	line := "> This is a line of an older message, as they come in long threads of mail.\n"
	text := "Yes, please.\n\nOn 05/03/2024 10:15, Ann wrote:\n" + strings.Repeat(line, 75<<10/len(line))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Fold(text)
	}
}

func elapsed(do func()) float64 {
	start := time.Now()
	do()
	return time.Since(start).Seconds()
}
