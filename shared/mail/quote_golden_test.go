package mail

import (
	"strings"
	"testing"
)

// attributions are what clients print above a quotation, by client and language, written down from the habits of each.
var attributions = []struct{ client, line string }{
	{"gmail en", "On Tue, Mar 5, 2024 at 10:15 AM John Doe <john@example.com> wrote:"},
	{"gmail en-GB", "On Tue, 5 Mar 2024 at 10:15, John Doe <john@example.com> wrote:"},
	{"gmail de", "Am Di., 5. März 2024 um 10:15 Uhr schrieb John Doe <john@example.com>:"},
	{"gmail de, name first", "John Doe <john@example.com> schrieb am Di., 5. März 2024, 10:15:"},
	{"gmail fr", "Le mar. 5 mars 2024 à 10:15, John Doe <john@example.com> a écrit :"},
	{"gmail es", "El mar, 5 mar 2024 a las 10:15, John Doe (<john@example.com>) escribió:"},
	{"gmail it", "Il giorno mar 5 mar 2024 alle ore 10:15 John Doe <john@example.com> ha scritto:"},
	{"gmail pt-BR", "Em ter., 5 de mar. de 2024 às 10:15, John Doe <john@example.com> escreveu:"},
	{"gmail pt-PT", "John Doe <john@example.com> escreveu (terça, 5/03/2024 à(s) 10:15):"},
	{"gmail nl", "Op di 5 mrt 2024 om 10:15 schreef John Doe <john@example.com>:"},
	{"gmail pl", "wt., 5 mar 2024 o 10:15 John Doe <john@example.com> napisał(a):"},
	{"gmail sv", "Den tis 5 mars 2024 kl 10:15 skrev John Doe <john@example.com>:"},
	{"gmail da", "Den tir. 5. mar. 2024 kl. 10.15 skrev John Doe <john@example.com>:"},
	{"gmail no", "tir. 5. mars 2024 kl. 10:15 skrev John Doe <john@example.com>:"},
	{"gmail fi", "ti 5. maalisk. 2024 klo 10.15 John Doe (john@example.com) kirjoitti:"},
	{"gmail cs", "út 5. 3. 2024 v 10:15 odesílatel John Doe <john@example.com> napsal:"},
	{"gmail sk", "ut 5. 3. 2024 o 10:15 John Doe <john@example.com> napísal(a):"},
	{"gmail hu", "John Doe <john@example.com> ezt írta (időpont: 2024. márc. 5., K, 10:15):"},
	{"gmail ro", "În mar., 5 mar. 2024 la 10:15, John Doe <john@example.com> a scris:"},
	{"gmail ru", "вт, 5 мар. 2024 г. в 10:15, John Doe <john@example.com>:"},
	{"gmail uk", "вт, 5 бер. 2024 р. о 10:15 John Doe <john@example.com> пише:"},
	{"gmail bg", "На вт, 5.03.2024 г. в 10:15 John Doe <john@example.com> написа:"},
	{"gmail tr", "John Doe <john@example.com>, 5 Mar 2024 Sal, 10:15 tarihinde şunu yazdı:"},
	{"gmail el", "Στις Τρί 5 Μαρ 2024 στις 10:15 π.μ., ο χρήστης John Doe <john@example.com> έγραψε:"},
	{"gmail he", "\u202bבתאריך יום ג׳, 5 במרץ 2024 ב-10:15 מאת \u202aJohn Doe\u202c\u200f <\u202ajohn@example.com\u202c\u200f>:\u202c"},
	{"gmail ar", "في الثلاثاء، 5 مارس 2024 في 10:15 ص تمت كتابة ما يلي بواسطة John Doe <john@example.com>:"},
	{"gmail th", "ในวันที่ อ. 5 มี.ค. 2024 เวลา 10:15 John Doe <john@example.com> เขียนว่า:"},
	{"gmail vi", "Vào Th 3, 5 thg 3, 2024 vào lúc 10:15 John Doe <john@example.com> đã viết:"},
	{"gmail id", "Pada tanggal Sel, 5 Mar 2024 pukul 10.15 John Doe <john@example.com> menulis:"},
	{"gmail ja", "2024年3月5日(火) 10:15 John Doe <john@example.com>:"},
	{"gmail zh-CN", "John Doe <john@example.com> 于2024年3月5日周二 10:15写道："},
	{"gmail zh-TW", "John Doe <john@example.com> 於 2024年3月5日 週二 上午10:15寫道："},
	{"gmail ko", "2024년 3월 5일 (화) 오전 10:15, John Doe <john@example.com>님이 작성:"},
	{"gmail, before 2018", "2024-03-05 10:15 GMT+01:00 John Doe <john@example.com>:"},
	{"apple mail en", "On 5. Mar 2024, at 10:15, John Doe <john@example.com> wrote:"},
	{"apple mail de", "Am 05.03.2024 um 10:15 schrieb John Doe <john@example.com>:"},
	{"apple mail fr", "Le 5 mars 2024 à 10:15, John Doe <john@example.com> a écrit :"},
	{"apple mail it", "Il giorno 5 mar 2024, alle ore 10:15, John Doe <john@example.com> ha scritto:"},
	{"apple mail nl", "Op 5 mrt. 2024 om 10:15 heeft John Doe <john@example.com> het volgende geschreven:"},
	{"apple mail sv", "5 mars 2024 kl. 10:15 skrev John Doe <john@example.com>:"},
	{"apple mail pl", "Wiadomość napisana przez John Doe <john@example.com> w dniu 5 mar 2024, o godz. 10:15:"},
	{"apple mail ja", "2024/03/05 10:15、John Doe <john@example.com>のメール:"},
	{"apple mail zh", "在 2024年3月5日，10:15，John Doe <john@example.com> 写道："},
	{"thunderbird en", "On 05/03/2024 10:15, John Doe wrote:"},
	{"thunderbird en-US", "On 3/5/24 10:15 AM, John Doe wrote:"},
	{"thunderbird de", "Am 05.03.24 um 10:15 schrieb John Doe:"},
	{"thunderbird fr", "Le 05/03/2024 à 10:15, John Doe a écrit :"},
	{"thunderbird es", "El 5/3/24 a las 10:15, John Doe escribió:"},
	{"thunderbird it", "Il 05/03/2024 10:15, John Doe ha scritto:"},
	{"thunderbird pt", "Em 05/03/2024 10:15, John Doe escreveu:"},
	{"thunderbird nl", "Op 05-03-2024 om 10:15 schreef John Doe:"},
	{"thunderbird pl", "W dniu 5.03.2024 o 10:15, John Doe pisze:"},
	{"thunderbird sv", "Den 2024-03-05 kl. 10:15, skrev John Doe:"},
	{"thunderbird da", "Den 05.03.2024 kl. 10.15 skrev John Doe:"},
	{"thunderbird fi", "John Doe kirjoitti 5.3.2024 klo 10.15:"},
	{"thunderbird cs", "Dne 05. 03. 24 v 10:15 John Doe napsal(a):"},
	{"thunderbird ru", "05.03.2024 10:15, John Doe пишет:"},
	{"thunderbird ja", "On 2024/03/05 10:15, John Doe wrote:"},
	{"yahoo en", "On Tuesday, March 5, 2024 at 10:15:00 AM GMT+1, John Doe <john@example.com> wrote:"},
	{"yahoo de", "Am Dienstag, 5. März 2024 um 10:15:00 MEZ hat John Doe <john@example.com> Folgendes geschrieben:"},
	{"yahoo es", "En martes, 5 de marzo de 2024, 10:15:00 CET, John Doe <john@example.com> escribió:"},
	{"yahoo it", "Il martedì 5 marzo 2024 alle ore 10:15:00 CET, John Doe <john@example.com> ha scritto:"},
	{"proton", "On Tuesday, March 5th, 2024 at 10:15 AM, John Doe <john@example.com> wrote:"},
	{"zoho", "---- On Tue, 05 Mar 2024 10:15:00 +0100 John Doe <john@example.com> wrote ---"},
	{"yandex", "05.03.2024, 10:15, \"John Doe\" <john@example.com>:"},
	{"roundcube", "On 2024-03-05 10:15, John Doe wrote:"},
	{"outlook mobile", "On Tue, Mar 5, 2024 at 10:15 AM +0100, \"John Doe\" <john@example.com> wrote:"},
	{"kmail", "On Tuesday, 5 March 2024 10:15:00 CET John Doe wrote:"},
	{"evolution", "On Tue, 2024-03-05 at 10:15 +0100, John Doe wrote:"},
}

// Above "> " lines, above plain text, or wrapped by a transport: nothing of the attribution stays, nothing of the answer goes (D-66).
func TestD66AttributionsOfClients(t *testing.T) {
	const answer = "Thanks, that works.\n\nJane"
	for _, a := range attributions {
		for name, text := range map[string]string{
			"quoted":      answer + "\n\n" + a.line + "\n\n> Did it work?\n> John\n",
			"not quoted":  answer + "\n\n" + a.line + "\n\nDid it work?\nJohn\n",
			"no blank":    answer + "\n" + a.line + "\n> Did it work?\n",
			"wrapped":     answer + "\n\n" + wrapAt(a.line, 60) + "\n> Did it work?\n",
			"crlf":        strings.ReplaceAll(answer+"\n\n"+a.line+"\n\n> Did it work?\n", "\n", "\r\n"),
			"all quoted":  answer + "\n\n> " + strings.ReplaceAll(a.line, "\n", "\n> ") + "\n>\n> Did it work?\n",
			"phone below": answer + "\n\nSent from my iPhone\n\n" + a.line + "\n\n> Did it work?\n",
		} {
			if got := strings.ReplaceAll(Fold(text).Visible, "\r", ""); got != answer {
				t.Errorf("%s, %s: got %q, want %q", a.client, name, got, answer)
			}
		}
		below := a.line + "\n\n> Did it work?\n> John\n\n" + answer
		if got := Fold(below).Visible; got != answer {
			t.Errorf("%s, answer below: got %q, want %q", a.client, got, answer)
		}
	}
}

func wrapAt(s string, width int) string {
	var out, line string
	for _, w := range strings.Fields(s) {
		if line != "" && len(line)+1+len(w) > width {
			out += line + "\n"
			line = ""
		}
		line = strings.TrimSpace(line + " " + w)
	}
	return out + line
}

// headerBlocks are the quoted headers that clients print, by client and language.
var headerBlocks = []struct{ client, block string }{
	{"outlook en", "From: John Doe <john@example.com>\nSent: Tuesday, March 5, 2024 10:15 AM\nTo: Jane Roe <jane@example.org>\nSubject: Order"},
	{"outlook en, cc wrapped", "From: John Doe <john@example.com>\nSent: Tuesday, March 5, 2024 10:15 AM\nTo: Jane Roe <jane@example.org>; Ann Other <ann@example.org>;\n Bob Third <bob@example.org>\nCc: Carl <carl@example.org>\nSubject: Order"},
	{"outlook 2003", "-----Original Message-----\nFrom: John Doe [mailto:john@example.com]\nSent: Tuesday, March 5, 2024 10:15 AM\nTo: Jane Roe\nSubject: Order"},
	{"outlook.com", "________________________________\nFrom: John Doe <john@example.com>\nSent: Tuesday, March 5, 2024 10:15 AM\nTo: Jane Roe <jane@example.org>\nSubject: Order"},
	{"outlook de", "Von: John Doe <john@example.com>\nGesendet: Dienstag, 5. März 2024 10:15\nAn: Jane Roe <jane@example.org>\nBetreff: Bestellung"},
	{"outlook fr", "De : John Doe <john@example.com>\nEnvoyé : mardi 5 mars 2024 10:15\nÀ : Jane Roe <jane@example.org>\nObjet : Commande"},
	{"outlook es", "De: John Doe <john@example.com>\nEnviado: martes, 5 de marzo de 2024 10:15\nPara: Jane Roe <jane@example.org>\nAsunto: Pedido"},
	{"outlook it", "Da: John Doe <john@example.com>\nInviato: martedì 5 marzo 2024 10:15\nA: Jane Roe <jane@example.org>\nOggetto: Ordine"},
	{"outlook pt", "De: John Doe <john@example.com>\nEnviada em: terça-feira, 5 de março de 2024 10:15\nPara: Jane Roe <jane@example.org>\nAssunto: Pedido"},
	{"outlook nl", "Van: John Doe <john@example.com>\nVerzonden: dinsdag 5 maart 2024 10:15\nAan: Jane Roe <jane@example.org>\nOnderwerp: Bestelling"},
	{"outlook pl", "Od: John Doe <john@example.com>\nWysłane: wtorek, 5 marca 2024 10:15\nDo: Jane Roe <jane@example.org>\nTemat: Zamówienie"},
	{"outlook sv", "Från: John Doe <john@example.com>\nSkickat: den 5 mars 2024 10:15\nTill: Jane Roe <jane@example.org>\nÄmne: Order"},
	{"outlook da", "Fra: John Doe <john@example.com>\nSendt: 5. marts 2024 10:15\nTil: Jane Roe <jane@example.org>\nEmne: Ordre"},
	{"outlook no", "Fra: John Doe <john@example.com>\nSendt: tirsdag 5. mars 2024 10:15\nTil: Jane Roe <jane@example.org>\nEmne: Ordre"},
	{"outlook fi", "Lähettäjä: John Doe <john@example.com>\nLähetetty: tiistai 5. maaliskuuta 2024 10.15\nVastaanottaja: Jane Roe <jane@example.org>\nAihe: Tilaus"},
	{"outlook cs", "Od: John Doe <john@example.com>\nOdesláno: úterý 5. března 2024 10:15\nKomu: Jane Roe <jane@example.org>\nPředmět: Objednávka"},
	{"outlook hu", "Feladó: John Doe <john@example.com>\nElküldve: 2024. március 5. kedd 10:15\nCímzett: Jane Roe <jane@example.org>\nTárgy: Rendelés"},
	{"outlook ru", "От: John Doe <john@example.com>\nОтправлено: 5 марта 2024 г. 10:15\nКому: Jane Roe <jane@example.org>\nТема: Заказ"},
	{"outlook tr", "Kimden: John Doe <john@example.com>\nGönderildi: 5 Mart 2024 Salı 10:15\nKime: Jane Roe <jane@example.org>\nKonu: Sipariş"},
	{"outlook el", "Από: John Doe <john@example.com>\nΣτάλθηκε: Τρίτη, 5 Μαρτίου 2024 10:15\nΠρος: Jane Roe <jane@example.org>\nΘέμα: Παραγγελία"},
	{"outlook ja", "差出人: John Doe <john@example.com>\n送信日時: 2024年3月5日 10:15\n宛先: Jane Roe <jane@example.org>\n件名: 注文"},
	{"outlook zh-CN", "发件人: John Doe <john@example.com>\n发送时间: 2024年3月5日 10:15\n收件人: Jane Roe <jane@example.org>\n主题: 订单"},
	{"outlook zh-TW", "寄件者: John Doe <john@example.com>\n寄件日期: 2024年3月5日 上午 10:15\n收件者: Jane Roe <jane@example.org>\n主旨: 訂單"},
	{"qq mail", "------------------ 原始邮件 ------------------\n发件人: \"John Doe\" <john@example.com>;\n发送时间: 2024年3月5日(星期二) 上午10:15\n收件人: \"Jane Roe\"<jane@example.org>;\n主题: 订单"},
	{"outlook ko", "보낸 사람: John Doe <john@example.com>\n보낸 날짜: 2024년 3월 5일 화요일 오전 10:15\n받는 사람: Jane Roe <jane@example.org>\n제목: 주문"},
	{"outlook he", "מאת: John Doe <john@example.com>\nנשלח: יום שלישי 05 מרץ 2024 10:15\nאל: Jane Roe <jane@example.org>\nנושא: הזמנה"},
	{"outlook mac", "From: John Doe <john@example.com>\nDate: Tuesday, March 5, 2024 at 10:15\nTo: Jane Roe <jane@example.org>\nSubject: Order"},
	{"outlook in bold", "*From:* John Doe <john@example.com>\n*Sent:* Tuesday, March 5, 2024 10:15 AM\n*To:* Jane Roe <jane@example.org>\n*Subject:* Order"},
	{"windows mail", "From: John Doe\nSent: Tuesday, March 5, 2024 10:15 AM\nTo: jane@example.org\nSubject: Order"},
	{"apple mail forward", "Begin forwarded message:\n\nFrom: John Doe <john@example.com>\nSubject: Order\nDate: 5 March 2024 at 10:15:00 CET\nTo: Jane Roe <jane@example.org>"},
	{"apple mail forward de", "Anfang der weitergeleiteten Nachricht:\n\nVon: John Doe <john@example.com>\nBetreff: Bestellung\nDatum: 5. März 2024 um 10:15:00 MEZ\nAn: Jane Roe <jane@example.org>"},
	{"apple mail forward fr", "Début du message réexpédié :\n\nDe: John Doe <john@example.com>\nObjet: Commande\nDate: 5 mars 2024 à 10:15:00 UTC+1\nÀ: Jane Roe <jane@example.org>"},
	{"gmail forward", "---------- Forwarded message ---------\nFrom: John Doe <john@example.com>\nDate: Tue, Mar 5, 2024 at 10:15 AM\nSubject: Order\nTo: Jane Roe <jane@example.org>"},
	{"thunderbird forward", "-------- Forwarded Message --------\nSubject: \tOrder\nDate: \tTue, 5 Mar 2024 10:15:00 +0100\nFrom: \tJohn Doe <john@example.com>\nTo: \tJane Roe <jane@example.org>"},
	{"samsung de", "-------- Ursprüngliche Nachricht --------\nVon: John Doe <john@example.com>\nDatum: 05.03.24 10:15 (GMT+01:00)\nAn: Jane Roe <jane@example.org>\nBetreff: Bestellung"},
	{"samsung es", "-------- Mensaje original --------\nDe: John Doe <john@example.com>\nFecha: 5/3/24 10:15 (GMT+01:00)\nA: Jane Roe <jane@example.org>\nAsunto: Pedido"},
	{"yahoo classic de", "----- Ursprüngliche Mail -----\nVon: \"John Doe\" <john@example.com>\nAn: \"Jane Roe\" <jane@example.org>\nGesendet: Dienstag, 5. März 2024 10:15:00\nBetreff: Bestellung"},
	{"lotus notes", "-----John Doe/ACME wrote: -----\nTo: Jane Roe <jane@example.org>\nFrom: John Doe/ACME <john@example.com>\nDate: 03/05/2024 10:15AM\nSubject: Order"},
	{"gmx", "Gesendet: Dienstag, 05. März 2024 um 10:15 Uhr\nVon: \"John Doe\" <john@example.com>\nAn: jane@example.org\nBetreff: Bestellung"},
	{"zimbra fr", "De: \"John Doe\" <john@example.com>\nÀ: \"Jane\" <jane@example.org>\nEnvoyé: Mardi 5 Mars 2024 10:15:00\nObjet: Commande"},
	{"a language not in the tables", "-----Skilaboð á frummáli-----\nFrom: John Doe <john@example.com>\nDate: 5.3.2024 10:15\nTo: Jane Roe <jane@example.org>"},
}

func TestD66HeaderBlocksOfClients(t *testing.T) {
	const answer = "Thanks, that works.\n\nJane"
	for _, h := range headerBlocks {
		for name, text := range map[string]string{
			"plain":      answer + "\n\n" + h.block + "\n\nDid it work?\nJohn\n",
			"quoted":     answer + "\n\n" + h.block + "\n\n> Did it work?\n> John\n",
			"all quoted": answer + "\n\n> " + strings.ReplaceAll(h.block, "\n", "\n> ") + "\n>\n> Did it work?\n",
			"no blank":   answer + "\n" + h.block + "\nDid it work?\n",
			"signature":  answer + "\n\n-- \nJane Roe\nACME Ltd.\n\n" + h.block + "\n\nDid it work?\n",
		} {
			if got := Fold(text).Visible; got != answer {
				t.Errorf("%s, %s: got %q, want %q", h.client, name, got, answer)
			}
		}
		whole := h.block + "\n\nDid it work?\nJohn"
		if got := Fold(whole).Visible; got != whole {
			t.Errorf("%s, only forwarded: got %q, want all", h.client, got)
		}
	}
}
