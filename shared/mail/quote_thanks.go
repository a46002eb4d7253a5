package mail

import (
	"strings"
	"sync"
	"unicode"
)

const maxThanks = 200 // bytes: more than that says more than thanks

// OnlyThanks says that a visible text is a short thank-you and nothing else, with or without a name below it: such a reply may be set not to
// reopen a case (D-44). In doubt it is false: every word must be one of thanks, and a question, a number or a "but" says more.
func OnlyThanks(visible string) bool {
	text := strings.TrimSpace(visible)
	if len(text) == 0 || len(text) > maxThanks || strings.ContainsAny(text, "?？0123456789") {
		return false
	}
	thanked := false
	for line := range strings.Lines(text) {
		line = strings.TrimFunc(line, notWordy)
		if line == "" {
			continue
		}
		switch only, thanks := thanksWords(strings.ToLower(line)); {
		case only:
			thanked = thanked || thanks
		case thanked && nameLike(line), closings()[strings.ToLower(line)]:
		default:
			return false
		}
	}
	return thanked
}

// thanksWords says whether all words of a lower-case line may stand in a thank-you, and whether one of them thanks.
func thanksWords(line string) (only, thanks bool) {
	for _, phrase := range thanksWhole {
		if strings.Contains(line, phrase) {
			line, thanks = strings.ReplaceAll(line, phrase, " "), true
		}
	}
	for _, w := range strings.FieldsFunc(line, func(r rune) bool { return notWordy(r) && r != '\'' && r != '’' }) {
		switch {
		case thankWords()[w]:
			thanks = true
		case !thanksFillers()[w]:
			return false, false
		}
	}
	return true, thanks
}

func notWordy(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }

// thankWords thank by themselves.
var thankWords = sync.OnceValue(func() map[string]bool {
	return wordSet("thanks|thank|thx|ty|tks|cheers|danke|dankeschön|dank|merci|gracias|grazie|obrigado|obrigada|bedankt|dankjewel|dankuwel|dzięki|dziękuję|dziekuje|tack|takk|tak|kiitos|kiitoksia|díky|děkuji|dík|ďakujem|vďaka|спасибо|благодарю|дякую|благодаря|teşekkürler|teşekkür|sağol|köszönöm|köszi|mulțumesc|mersi|hvala|ευχαριστώ|תודה|شكرا|شكراً")
})

// thanksFillers may stand beside them.
var thanksFillers = sync.OnceValue(func() map[string]bool {
	return wordSet("you|very|much|so|a|lot|many|again|for|your|the|help|reply|quick|fast|great|perfect|ok|okay|all|good|super|awesome|excellent|wonderful|hi|hello|dear|have|nice|day|support|answer|response|it|works|now|and|team|kind|best|regards|appreciated|everything|is|fine",
		"vielen|schön|sehr|herzlichen|besten|für|die|ihre|hilfe|schnelle|antwort|hallo|alles|klar|prima|beaucoup|bien|pour|votre|aide|réponse|bonjour|parfait|mille|muchas|mil|por|su|ayuda|respuesta|hola|perfecto|tante|mille|per|aiuto|ciao|perfetto|muito|muita|pela|ajuda|olá|ótimo",
		"hartelijk|voor|uw|je|hulp|snelle|reactie|hoi|heel|erg|veel|bardzo|za|pomoc|så|mycket|tusen|för|hjälpen|mange|for|hjelpen|hjælpen|paljon|avusta|moc|большое|огромное|за|помощь|дуже|допомогу|çok|ederim|ederiz|için|szépen|frumos|lepa|πολύ|רבה|جزيلا|لكم")
})

// thanksWhole are thanks in scripts without spaces.
var thanksWhole = []string{"ありがとうございました", "ありがとうございます", "ありがとう", "非常感谢", "多谢", "谢谢您", "谢谢你", "谢谢", "感谢", "非常感謝", "謝謝您", "謝謝", "感謝", "감사합니다", "고맙습니다", "ขอบคุณครับ", "ขอบคุณค่ะ", "ขอบคุณ", "cảm ơn", "terima kasih"}
