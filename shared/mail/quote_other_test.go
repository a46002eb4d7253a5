package mail

import (
	"strings"
	"testing"
)

// Quotations in forms that few programs print. Each answer must stay alone.
func TestD66RareForms(t *testing.T) {
	const below = "\n\nWas it red?\nKind regards\n"
	for name, head := range map[string]string{
		"GroupWise":                     ">>> Jane Doe <jane@example.com> 05.03.24 10.15 Uhr >>>",
		"Orange":                        "> Message du 05/03/24 10:15\n> De : \"Jane\" <jane@example.com>\n> A : bo@example.com\n> Copie à : \n> Objet : Commande\n>",
		"NetEase, as a table":           "---- 回复的原邮件 ----\n| 发件人 | Jane<jane@example.com> |\n| 日期 | 2024年03月05日 10:15 |\n| 收件人 | bo@example.com |\n| 主题 | 订单 |",
		"Horde en":                      "Quoting Jane Doe <jane@example.com>:",
		"Horde de":                      "Zitat von Jane Doe <jane@example.com>:",
		"Tuta":                          "5 Mar 2024, 10:15 by jane@example.com:",
		"Gnus":                          "Jane Doe <jane@example.com> writes:",
		"name and verb alone":           "Jane Doe <jane@example.com> schrieb:",
		"Apple Mail ja":                 "2024/03/05 10:15、Jane <jane@example.com>のメッセージ:",
		"Gmail ar, its own digits":      "في الثلاثاء، ٥ مارس ٢٠٢٤ في ١٠:١٥ ص تمت كتابة ما يلي بواسطة Jane <jane@example.com>:",
		"sent, not wrote":               "On 5-Mar-2024, at 10:15 AM, Jane Doe <jane@example.com> sent:",
		"a header in one line":          "Date: Tue, 5 Mar 2024 10:15:00 +0000 From: jane@example.com To: Doe, Bo Subject: Order",
		"a header in one line, ruled":   "----\nFrom: jane@example.com Date: Tue, 5 Mar 2024 10:15:00 -0700",
		"a header cut to date and to":   "Date: Tue, 5 Mar 2024 10:15:00 -0600\nTo: bo@example.com",
		"a separator word for word":     "-----Antwort Nachricht-----",
		"Gmail fa, digits of its own":   "در تاریخ سه‌شنبه ۵ مارس ۲۰۲۴ ساعت ۱۰:۱۵ Jane <jane@example.com> نوشت:",
		"GroupWise, name in quotes":     ">>> \"Jane Doe\" <jane@example.com> 3/5/2024 10:15 AM >>>",
		"Horde, the mail program of it": "Citando Jane Doe <jane@example.com>:",
	} {
		if got := Fold("Yes, it was.\n\n" + head + below).Visible; got != "Yes, it was." {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

// Text that looks like those forms and was written: it stays (D-66).
func TestD66RareFormsStay(t *testing.T) {
	for name, text := range map[string]string{
		"arrows as ornament":          "See our offers:\n>>> >>>  http://shop.example <<<\nor call us.",
		"arrows and a date":           "My notes:\n>>> 5 March, red >>>\nWhat do you think?",
		"a name and what it said":     "Your colleague Jane Doe from the shop, whose address is <jane@example.com> wrote:\nwe pay back. Nothing came.",
		"quoting somebody":            "Quoting your terms:\nreturns are free. So why the invoice?",
		"date and address of a visit": "Date: Tuesday\nTo: the warehouse in Berlin\nPlease confirm.",
		"a rule within the letter":    "First part.\n\n---\n\nSecond part, which matters as much.",
		"a rule, then its closing":    "Dear Bo,\n\nthe first part.\n\n________________\n\nThe second part of it.\n\nBest regards,\nJane Doe",
		"a table of the contact":      "Our stock:\n| from | Berlin |\n| colour | red |\nIs this right?",
	} {
		if got := Fold(text).Visible; got != text {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func TestD66AnswerAndAttributionInOneLine(t *testing.T) {
	for text, want := range map[string]string{
		"Agreed On Tue, Mar 5, 2024 at 10:15 AM, jane@example.com wrote:\n> Is it red?\n":                     "Agreed",
		"Agreed On Tue, Mar 5, 2024 at 10:15 AM, Jane Doe <\njane@example.com> wrote:\n\n> Is it red?\n":      "Agreed",
		"It is.\nAgreed then On Tue, Mar 5, 2024 at 10:15 AM, Jane\nDoe <jane@example.com>\nwrote:\n> Red?\n": "It is.\nAgreed then",
		"I wrote On Monday of it\nand the answer was:\n> Is it red?\nYes.\n":                                  "I wrote On Monday of it\nand the answer was:\n> Is it red?\nYes.",
		"Agreed--- On Tue, Mar 5, 2024 at 10:15 AM, jane@example.com wrote:\n> Is it red?\n":                  "Agreed",
	} {
		if got := Fold(text).Visible; got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// A quotation that only the end of the letter follows is answered by nothing below it.
func TestFoldClosingBelowTheQuotation(t *testing.T) {
	const quote = "\n\nOn 05/03/2024 10:15, Bo wrote:\n\n> Is it red?\n> Bo\n\n"
	for text, want := range map[string]string{
		"Yes." + quote + "Regards, Jane":                                                          "Yes.\n\nRegards, Jane",
		"Yes." + quote + "Best regards,\nJane Doe":                                                "Yes.\n\nBest regards,\nJane Doe",
		"Yes." + quote + "And it is big.\nJane":                                                   "Yes.\n\n\n> Is it red?\n> Bo\n\nAnd it is big.\nJane",
		"Yes." + quote + "Big." + "\n\n> And the other?\n\nRegards, Jane":                         "Yes.\n\n\n> Is it red?\n> Bo\n\nBig.\n\n> And the other?\n\nRegards, Jane",
		"On 05/03/2024 10:15, Bo wrote:\n\n> Is it red?\n\nYes.\n\nRegards, Jane\n":               "Yes.\n\nRegards, Jane",
		"Yes.\n\nOn 05/03/2024 10:15, Bo wrote:\n\n> See\n(http://shop.example/red) >\n> it\n":    "Yes.",
		"Yes.\n\nOn 05/03/2024 10:15, Bo wrote:\n\n> See it (http://shop.example/re\nd?a=1)\n>\n": "Yes.",
	} {
		if got := Fold(text).Visible; got != want {
			t.Errorf("%q:\n got %q\nwant %q", text, got, want)
		}
	}
}

// An address that is broken off from its name by the width of the line, and attributions of more languages.
func TestAttributionsBrokenBeforeTheAddress(t *testing.T) {
	for name, line := range map[string]string{
		"Chinese, Gmail":         "Jane Doe <\njane@example.com> 于2025年11月24日周一 10:00写道：",
		"Portuguese, Gmail":      "Jane Doe <\njane@example.com> escreveu (segunda, 24/11/2025 à(s) 10:00):",
		"Turkish, Gmail":         "Jane Doe <\njane@example.com>, 24 Kas 2025 Pzt, 10:00 tarihinde şunu yazdı:",
		"Polish, Apple":          "Wiadomość napisana przez Jane Doe <\njane@example.com> w dniu 24 lis 2025, o godz. 10:00:",
		"Portuguese, Apple":      "No dia 24/11/2025, às 10:00, Jane Doe <\njane@example.com> escreveu:",
		"Portuguese, of Mozilla": "Às 10:00 de 24/11/2025, Jane Doe\nescreveu:",
		"Catalan, Gmail":         "Missatge de Jane Doe <jane@example.com> del dia dl., 24 de nov. 2025 a les 10:00:",
		"Croatian, Gmail":        "pon, 24. stu 2025. u 10:00 Jane Doe <jane@example.com> napisao je:",
		"Horde":                  "Quoting Jane Doe <\njane@example.com>:",
	} {
		if f := Fold("It came today.\n\n" + line + "\n> Is it red?\n"); f.Visible != "It came today." {
			t.Errorf("%s: got %q", name, f.Visible)
		}
		if f := Fold(line + "\n> Is it red?\nYes.\n> And new?\nNo.\n"); !strings.Contains(f.Visible, "Yes.") || !strings.Contains(f.Visible, "No.") {
			t.Errorf("%s, answered between: got %q", name, f.Visible)
		}
	}
	const own = "The sign for less is <\nand more is >:\n\nthat is all"
	if f := Fold(own); f.Visible != own {
		t.Errorf("a sign at the end of a line: got %q", f.Visible)
	}
}
